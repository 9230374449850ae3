-- Every deposit at a machine and where its saga stands. A read model: folded from esbank.events by
-- bank/projections/deposits.c.
CREATE TABLE esbank.deposits (
    deposit_id   uuid PRIMARY KEY,
    teller_id    uuid,
    account_id   uuid,
    amount       bigint NOT NULL,
    state        text NOT NULL,
    refusal      text,
    notes        json,
    reason       text,
    initiated_at timestamptz,
    counted_at   timestamptz,
    ended_at     timestamptz,
    position     bigint NOT NULL
);

CREATE INDEX deposits_suspect ON esbank.deposits (counted_at) WHERE state = 'suspect';

COMMENT ON TABLE esbank.deposits IS 'Read model: every deposit at a machine and where its saga stands. Amounts are in minor units.';
COMMENT ON COLUMN esbank.deposits.deposit_id IS 'The id of the command that initiated it; the correlation id of all its events.';
COMMENT ON COLUMN esbank.deposits.teller_id IS 'The machine.';
COMMENT ON COLUMN esbank.deposits.account_id IS 'The account; null where no account has the card, or the machine gave up before the bank had heard of it.';
COMMENT ON COLUMN esbank.deposits.amount IS 'What the notes are worth; 0 until they are counted.';
COMMENT ON COLUMN esbank.deposits.state IS 'counting or suspect while it goes on; completed, cancelled or declined at its end.';
COMMENT ON COLUMN esbank.deposits.refusal IS 'Why it was declined, or why the account could not take it: a name of the table of refusals.';
COMMENT ON COLUMN esbank.deposits.notes IS 'The notes the machine took: [{"denomination": minor units, "count": n}, ...].';
COMMENT ON COLUMN esbank.deposits.reason IS 'The reason the machine or the operator gave last.';
COMMENT ON COLUMN esbank.deposits.initiated_at IS 'When the bank first heard of it.';
COMMENT ON COLUMN esbank.deposits.counted_at IS 'When the bank was told of the notes.';
COMMENT ON COLUMN esbank.deposits.ended_at IS 'When it was completed, cancelled or declined; null while it goes on or is suspect.';
COMMENT ON COLUMN esbank.deposits.position IS 'The log position of its last step.';
COMMENT ON INDEX esbank.deposits_suspect IS 'Those an operator has to settle: few, however long the history.';
