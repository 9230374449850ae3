-- The list of cards, page by page, the one issued last first, and those of an account.
CREATE INDEX cards_by_time ON esbank.cards ((coalesce(issued_at, timestamptz '-infinity')), card);
CREATE INDEX cards_of_account ON esbank.cards (account_id);

COMMENT ON INDEX esbank.cards_by_time IS 'For lists by time.';
COMMENT ON INDEX esbank.cards_of_account IS 'For the list of one account''s.';
