-- What a subscription was moved past without handling it.
CREATE TABLE esbank.subscription_skips (
    subscription   text        COLLATE "C" NOT NULL,
    first_position bigint      NOT NULL,
    last_position  bigint      NOT NULL CHECK (last_position >= first_position),
    why            text        NOT NULL CHECK (why IN ('skip', 'reset', 'from now')),
    skipped_at     timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (subscription, first_position, last_position)
);
COMMENT ON TABLE esbank.subscription_skips IS
  'Events that a handler leaves out, by `bank subscription skip` or `reset`: verify says so.';
COMMENT ON COLUMN esbank.subscription_skips.subscription IS 'The handler.';
COMMENT ON COLUMN esbank.subscription_skips.first_position IS 'The first event that is left out.';
COMMENT ON COLUMN esbank.subscription_skips.last_position IS 'The last one.';
COMMENT ON COLUMN esbank.subscription_skips.why IS
  'skip: that one event. reset: moved ahead. from now: it began at the end of the log.';
COMMENT ON COLUMN esbank.subscription_skips.skipped_at IS 'When.';

ALTER TABLE esbank.subscriptions ADD COLUMN handled_to bigint NOT NULL DEFAULT 0;
COMMENT ON COLUMN esbank.subscriptions.handled_to IS
  'Where it stood before it was moved back: its rows go as far as that already. 0: it never was.';
