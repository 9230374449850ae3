-- The list of transfers, page by page: all, and those from and to an account.
CREATE INDEX transfers_by_time ON esbank.transfers ((coalesce(initiated_at, timestamptz '-infinity')), transfer_id);
CREATE INDEX transfers_from ON esbank.transfers (account_id);
CREATE INDEX transfers_to ON esbank.transfers (to_account_id);

COMMENT ON INDEX esbank.transfers_by_time IS 'For lists by time.';
COMMENT ON INDEX esbank.transfers_from IS 'For the list of one account''s.';
COMMENT ON INDEX esbank.transfers_to IS 'For the list of one account''s.';
