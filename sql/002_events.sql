-- The log of events: append-only.
CREATE TABLE esbank.events (
    position       bigint      NOT NULL,
    stream_id      text        COLLATE "C" NOT NULL,
    stream_version bigint      NOT NULL,
    event_id       uuid        NOT NULL,
    event_type     text        COLLATE "C" NOT NULL,
    causation_id   uuid        NOT NULL,
    correlation_id uuid        NOT NULL,
    data           json        NOT NULL,
    metadata       json        NOT NULL,
    created_at     timestamptz NOT NULL,
    hash           bytea       NOT NULL,
    PRIMARY KEY (position),
    UNIQUE (stream_id, stream_version)
);
CREATE INDEX events_correlation_id ON esbank.events (correlation_id);

CREATE TRIGGER events_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON esbank.events
    FOR EACH STATEMENT EXECUTE FUNCTION esbank.refuse_change();

COMMENT ON TABLE esbank.events IS
  'Everything that ever happened, in the order it was committed. Rows are only added, by the one active bank.';
COMMENT ON COLUMN esbank.events.position IS 'Place in the log: from 1, in commit order, without gaps.';
COMMENT ON COLUMN esbank.events.stream_id IS 'Whose event: account-UUID or teller-UUID.';
COMMENT ON COLUMN esbank.events.stream_version IS 'Place in its stream: from 1, without gaps.';
COMMENT ON COLUMN esbank.events.event_id IS 'The event''s own id.';
COMMENT ON COLUMN esbank.events.event_type IS 'What happened, such as Accounts.MoneyWithdrawn.';
COMMENT ON COLUMN esbank.events.causation_id IS 'The command that produced it.';
COMMENT ON COLUMN esbank.events.correlation_id IS
  'The withdrawal''s id for every event of a withdrawal, else the id of the command that came from outside.';
COMMENT ON COLUMN esbank.events.data IS
  'What the event says. json, not jsonb: the hash covers its text byte for byte. Money in minor units.';
COMMENT ON COLUMN esbank.events.metadata IS
  'Where it came from: command, parent command, actor, schema of data, software.';
COMMENT ON COLUMN esbank.events.created_at IS 'When it was decided.';
COMMENT ON COLUMN esbank.events.hash IS
  'SHA-256 over the previous event''s hash and this event: bank/codec/hash_chain.h has the recipe; bank verify recomputes it.';
