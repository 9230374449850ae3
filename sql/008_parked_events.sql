-- Events that a projection could not take.
CREATE TABLE esbank.parked_events (
    projection text        COLLATE "C" NOT NULL,
    position   bigint      NOT NULL REFERENCES esbank.events,
    reason     text        NOT NULL,
    parked_at  timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (projection, position)
);
COMMENT ON TABLE esbank.parked_events IS
  'Events a projection failed on: it went on without them. Mend the cause, then rebuild the projection.';
COMMENT ON COLUMN esbank.parked_events.projection IS 'Which projection.';
COMMENT ON COLUMN esbank.parked_events.position IS 'Which event.';
COMMENT ON COLUMN esbank.parked_events.reason IS 'What the database said.';
COMMENT ON COLUMN esbank.parked_events.parked_at IS 'When.';
