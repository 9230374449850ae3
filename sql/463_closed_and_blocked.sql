-- Lists of closed accounts and of blocked cards, page by page. An account that stays open, and a card that stays usable,
-- is in neither.
CREATE INDEX accounts_closed ON esbank.accounts ((coalesce(opened_at, timestamptz '-infinity')), account_id)
    WHERE status = 'closed';
CREATE INDEX cards_blocked ON esbank.cards ((coalesce(issued_at, timestamptz '-infinity')), card) WHERE blocked;

COMMENT ON INDEX esbank.accounts_closed IS 'For the list of closed ones.';
COMMENT ON INDEX esbank.cards_blocked IS 'For the list of blocked ones.';
