-- The last cash code of each account that asked for one. A read model: folded from esbank.events by
-- bank/projections/cash_codes.c.
CREATE TABLE esbank.cash_codes (
    account_id uuid PRIMARY KEY,
    card       bytea,
    masked     text,
    amount     bigint,
    issued_at  timestamptz,
    until_at   timestamptz,
    ended_at   timestamptz,
    reason     text,
    position   bigint NOT NULL
) WITH (fillfactor = 80);
CREATE INDEX cash_codes_of_card ON esbank.cash_codes (card);

COMMENT ON TABLE esbank.cash_codes IS 'Read model: the last cash code of each account that asked for one. Amounts are in minor units.';
COMMENT ON COLUMN esbank.cash_codes.account_id IS 'The account it draws on.';
COMMENT ON COLUMN esbank.cash_codes.card IS 'The keyed token of its number, as a card has one; the number itself is stored nowhere.';
COMMENT ON COLUMN esbank.cash_codes.masked IS 'The number with all but its last four digits masked.';
COMMENT ON COLUMN esbank.cash_codes.amount IS 'The most that it pays out, once.';
COMMENT ON COLUMN esbank.cash_codes.issued_at IS 'When the owner asked for it.';
COMMENT ON COLUMN esbank.cash_codes.until_at IS 'When its time is over.';
COMMENT ON COLUMN esbank.cash_codes.ended_at IS 'When it ended before that; null: it did not.';
COMMENT ON COLUMN esbank.cash_codes.reason IS 'Why it ended: used, wrong_pin, blocked (with a card, or by itself) or closed (the account).';
COMMENT ON COLUMN esbank.cash_codes.position IS 'The log position of the last event that changed it.';

-- No event before this is of its concern, so it has not to follow the log from its beginning: until
-- it had, each card that is looked up would be looked for in all of it.
INSERT INTO esbank.projections (name, version, position, state)
  SELECT 'cash_codes', 1, max(position), 'following' FROM esbank.events HAVING max(position) > 0
  ON CONFLICT DO NOTHING;
