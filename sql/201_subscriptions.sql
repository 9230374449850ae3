-- How far each event handler has come, and which bank runs it.
CREATE TABLE esbank.subscriptions (
    name             text        COLLATE "C" PRIMARY KEY,
    position         bigint      NOT NULL CHECK (position >= 0),
    status           text        NOT NULL CHECK (status IN ('catching up', 'live', 'retrying')),
    lease_owner      text,
    lease_until      timestamptz,
    attempts         int         NOT NULL DEFAULT 0,
    failing_position bigint,
    retry_at         timestamptz,
    error            text,
    created_at       timestamptz NOT NULL DEFAULT now(),
    updated_at       timestamptz NOT NULL DEFAULT now(),
    CHECK ((attempts > 0) = (failing_position IS NOT NULL))
) WITH (fillfactor = 10); -- few rows, updated all the time
COMMENT ON TABLE esbank.subscriptions IS
  'The event handlers and their places in the log. One bank at a time runs each: the one with the lease.';
COMMENT ON COLUMN esbank.subscriptions.name IS 'The handler''s name.';
COMMENT ON COLUMN esbank.subscriptions.position IS
  'The last event handled; moved in the transaction that holds what the handler wrote.';
COMMENT ON COLUMN esbank.subscriptions.status IS
  'catching up: behind. live: at the end of the log, woken by each append. retrying: an event fails, see error.';
COMMENT ON COLUMN esbank.subscriptions.lease_owner IS 'The bank that runs it; null when none does.';
COMMENT ON COLUMN esbank.subscriptions.lease_until IS
  'By the database''s clock. The bank renews it; once it has passed, any other may take it.';
COMMENT ON COLUMN esbank.subscriptions.attempts IS 'How often the event at failing_position has failed so far.';
COMMENT ON COLUMN esbank.subscriptions.failing_position IS 'The event that is being tried again; null: none.';
COMMENT ON COLUMN esbank.subscriptions.retry_at IS 'When it is tried next.';
COMMENT ON COLUMN esbank.subscriptions.error IS 'What was said when it failed last.';
COMMENT ON COLUMN esbank.subscriptions.created_at IS 'When a bank first ran it.';
COMMENT ON COLUMN esbank.subscriptions.updated_at IS 'When it last moved.';

COMMENT ON TABLE esbank.parked_events IS
  'Events that a projection or a subscription failed on: it went on without them. Mend the cause, then rebuild the projection, or retry the subscription''s.';
COMMENT ON COLUMN esbank.parked_events.projection IS 'Which projection or subscription.';
COMMENT ON COLUMN esbank.parked_events.reason IS 'What the database or the handler said.';
