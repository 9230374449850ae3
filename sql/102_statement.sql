-- Every movement of money on an account. A read model: folded from esbank.events by bank/projections/statement.c.
CREATE TABLE esbank.statement (
    account_id     uuid NOT NULL,
    position       bigint NOT NULL,
    at             timestamptz NOT NULL,
    kind           text NOT NULL,
    amount         bigint NOT NULL,
    balance        bigint NOT NULL,
    correlation_id uuid NOT NULL,
    teller_id      uuid,
    PRIMARY KEY (account_id, position)
);

COMMENT ON TABLE esbank.statement IS 'Read model: every movement of money on an account, in order of position. Amounts are in minor units.';
COMMENT ON COLUMN esbank.statement.account_id IS 'The account.';
COMMENT ON COLUMN esbank.statement.position IS 'The log position of the event; see esbank.events.';
COMMENT ON COLUMN esbank.statement.at IS 'When it happened.';
COMMENT ON COLUMN esbank.statement.kind IS 'opening, deposit, withdrawal or reversal.';
COMMENT ON COLUMN esbank.statement.amount IS 'What it did to the balance: below 0 for a withdrawal.';
COMMENT ON COLUMN esbank.statement.balance IS 'The balance after it.';
COMMENT ON COLUMN esbank.statement.correlation_id IS 'The withdrawal it belongs to; else the command that asked for it.';
COMMENT ON COLUMN esbank.statement.teller_id IS 'The machine; null at the counter.';
