-- The list of accounts, page by page, the one opened last first. When an account was opened never changes, so that an
-- update still stays on its page.
CREATE INDEX accounts_by_time ON esbank.accounts ((coalesce(opened_at, timestamptz '-infinity')), account_id);

COMMENT ON INDEX esbank.accounts_by_time IS 'For lists by time.';
