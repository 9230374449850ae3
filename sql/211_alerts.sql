-- What somebody should look at. Written by the event handlers in bank/handlers.
CREATE TABLE esbank.alerts (
    alert_id         bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    handler          text        COLLATE "C" NOT NULL,
    subject          text        COLLATE "C" NOT NULL,
    teller_id        uuid        NOT NULL,
    message          text        NOT NULL,
    position         bigint      NOT NULL,
    raised_at        timestamptz NOT NULL,
    cleared_position bigint,
    cleared_at       timestamptz,
    UNIQUE (handler, subject, position),
    CHECK ((cleared_position IS NULL) = (cleared_at IS NULL))
);
CREATE UNIQUE INDEX alerts_open ON esbank.alerts (handler, subject) WHERE cleared_position IS NULL;

COMMENT ON TABLE esbank.alerts IS 'What somebody should look at, or should have: one row each time something arose.';
COMMENT ON COLUMN esbank.alerts.alert_id IS 'In the order in which they were written.';
COMMENT ON COLUMN esbank.alerts.handler IS 'The subscription that raised it, which also says what it is about.';
COMMENT ON COLUMN esbank.alerts.subject IS
  'What it is about: a withdrawal''s id, or a teller''s with a denomination. Open at most once at a time.';
COMMENT ON COLUMN esbank.alerts.teller_id IS 'The machine it concerns.';
COMMENT ON COLUMN esbank.alerts.message IS 'A sentence for people.';
COMMENT ON COLUMN esbank.alerts.position IS 'The event that raised it.';
COMMENT ON COLUMN esbank.alerts.raised_at IS 'The time of that event.';
COMMENT ON COLUMN esbank.alerts.cleared_position IS 'The event that settled it; null: it is open.';
COMMENT ON COLUMN esbank.alerts.cleared_at IS 'The time of that event.';
