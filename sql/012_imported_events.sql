-- What an import found in an older bank's log and could not make an event of today's: nothing is lost.
CREATE TABLE esbank.imported_events (
    event_id       uuid        PRIMARY KEY,
    position       bigint      NOT NULL,
    stream_id      text        COLLATE "C" NOT NULL,
    event_type     text        COLLATE "C" NOT NULL,
    causation_id   uuid,
    correlation_id uuid,
    data           json,
    created_at     timestamptz NOT NULL,
    reason         text        NOT NULL,
    imported_at    timestamptz NOT NULL DEFAULT now()
);

CREATE TRIGGER imported_events_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON esbank.imported_events
    FOR EACH STATEMENT EXECUTE FUNCTION esbank.refuse_change();

COMMENT ON TABLE esbank.imported_events IS
  'Events of an older bank kept as history only, by `bank import`; no balance and no read model counts them.';
COMMENT ON COLUMN esbank.imported_events.event_id IS 'The event''s id in the old log.';
COMMENT ON COLUMN esbank.imported_events.position IS 'Its place in the old log: its version in the stream $all.';
COMMENT ON COLUMN esbank.imported_events.stream_id IS 'The old stream''s name.';
COMMENT ON COLUMN esbank.imported_events.event_type IS 'The old type.';
COMMENT ON COLUMN esbank.imported_events.causation_id IS 'As in the old log.';
COMMENT ON COLUMN esbank.imported_events.correlation_id IS 'As in the old log.';
COMMENT ON COLUMN esbank.imported_events.data IS
  'What it said, without PINs and names; null when it was no JSON or could not be written again without them.';
COMMENT ON COLUMN esbank.imported_events.created_at IS 'When it happened, as in the old log.';
COMMENT ON COLUMN esbank.imported_events.reason IS 'Why it is no event of today''s log.';
COMMENT ON COLUMN esbank.imported_events.imported_at IS 'When it was copied.';
