-- The list of deposits, page by page: the latest first, and an account's declined ones.
CREATE INDEX deposits_by_time ON esbank.deposits ((coalesce(initiated_at, timestamptz '-infinity')), deposit_id);
CREATE INDEX deposits_declined ON esbank.deposits (account_id) WHERE state = 'declined';

COMMENT ON INDEX esbank.deposits_by_time IS 'For lists by time.';
COMMENT ON INDEX esbank.deposits_declined IS 'For an account''s list: of these, its stream may have nothing.';
