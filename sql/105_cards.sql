-- Which account a card belongs to. A read model: folded from esbank.events by bank/projections/cards.c.
CREATE TABLE esbank.cards (
    card       bytea PRIMARY KEY,
    account_id uuid NOT NULL,
    masked     text,
    blocked    boolean NOT NULL,
    issued_at  timestamptz,
    position   bigint NOT NULL
) WITH (fillfactor = 90);

COMMENT ON TABLE esbank.cards IS 'Read model: which account a card belongs to, and whether it is blocked.';
COMMENT ON COLUMN esbank.cards.card IS 'The keyed token of the card number; the number itself is stored nowhere.';
COMMENT ON COLUMN esbank.cards.account_id IS 'The account it draws on.';
COMMENT ON COLUMN esbank.cards.masked IS 'The number with all but its first six and last four digits masked.';
COMMENT ON COLUMN esbank.cards.blocked IS 'Whether it is refused; three wrong PINs in a row or an operator block it.';
COMMENT ON COLUMN esbank.cards.issued_at IS 'When it was issued.';
COMMENT ON COLUMN esbank.cards.position IS 'The log position of the last event that changed it.';
