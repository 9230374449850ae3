-- Every account as it is now. A read model: folded from esbank.events by bank/projections/accounts.c.
--
-- No index but the key, and room on every page: each update then stays on its page without touching an index.
CREATE TABLE esbank.accounts (
    account_id  uuid PRIMARY KEY,
    owner       text,
    status      text,
    balance     bigint,
    opening     bigint NOT NULL,
    deposits    bigint NOT NULL,
    withdrawals bigint NOT NULL,
    reversals   bigint NOT NULL,
    daily_limit bigint,
    daily_count int,
    cards       int NOT NULL,
    version     bigint NOT NULL,
    opened_at   timestamptz,
    updated_at  timestamptz NOT NULL,
    position    bigint NOT NULL
) WITH (fillfactor = 50);

COMMENT ON TABLE esbank.accounts IS 'Read model: every account as it is now. Amounts are in minor units.';
COMMENT ON COLUMN esbank.accounts.account_id IS 'The account; its events stand in stream account-<account_id>.';
COMMENT ON COLUMN esbank.accounts.owner IS 'Who owns it.';
COMMENT ON COLUMN esbank.accounts.status IS 'open or closed.';
COMMENT ON COLUMN esbank.accounts.balance IS 'As the last event that moved money states it; opening + deposits - withdrawals + reversals must give the same.';
COMMENT ON COLUMN esbank.accounts.opening IS 'What it was opened with.';
COMMENT ON COLUMN esbank.accounts.deposits IS 'All that was ever paid in.';
COMMENT ON COLUMN esbank.accounts.withdrawals IS 'All that was ever withdrawn, at machines and at the counter.';
COMMENT ON COLUMN esbank.accounts.reversals IS 'All of withdrawals that came back because the customer did not get it.';
COMMENT ON COLUMN esbank.accounts.daily_limit IS 'What may be withdrawn at machines a day; 0: no limit.';
COMMENT ON COLUMN esbank.accounts.daily_count IS 'How many withdrawals at machines a day; 0: no limit.';
COMMENT ON COLUMN esbank.accounts.cards IS 'How many cards were issued.';
COMMENT ON COLUMN esbank.accounts.version IS 'The stream version of its last event.';
COMMENT ON COLUMN esbank.accounts.opened_at IS 'When it was opened.';
COMMENT ON COLUMN esbank.accounts.updated_at IS 'The time of its last event.';
COMMENT ON COLUMN esbank.accounts.position IS 'The log position of its last event.';
