-- Every withdrawal and where its saga stands. A read model: folded from esbank.events by
-- bank/projections/withdrawals.c.
CREATE TABLE esbank.withdrawals (
    withdrawal_id uuid PRIMARY KEY,
    teller_id     uuid,
    account_id    uuid,
    amount        bigint NOT NULL,
    state         text NOT NULL,
    refusal       text,
    notes         json,
    taken         bigint,
    reversed      bigint NOT NULL,
    initiated_at  timestamptz,
    withdrawn_at  timestamptz,
    confirm_by    timestamptz,
    ended_at      timestamptz,
    reason        text,
    position      bigint NOT NULL
);

-- The index makes the update at a withdrawal's end touch the key's index too (state is in the predicate): 8.6 instead
-- of 6.1 microseconds a withdrawal for insert and update, 725 instead of 573 bytes of WAL. It is worth that: without
-- it, a bank that starts would read the whole table to find the few that are open.
CREATE INDEX withdrawals_open ON esbank.withdrawals (confirm_by) WHERE state IN ('dispensing', 'suspect');

COMMENT ON TABLE esbank.withdrawals IS 'Read model: every withdrawal and where its saga stands. Amounts are in minor units.';
COMMENT ON COLUMN esbank.withdrawals.withdrawal_id IS 'The id of the command that initiated it; the correlation id of all its events.';
COMMENT ON COLUMN esbank.withdrawals.teller_id IS 'The machine.';
COMMENT ON COLUMN esbank.withdrawals.account_id IS 'The account; null where no account has the card, or the machine gave up before the bank had heard of it.';
COMMENT ON COLUMN esbank.withdrawals.amount IS 'What was asked for; 0 when the machine gave up before the bank had heard of it.';
COMMENT ON COLUMN esbank.withdrawals.state IS 'authorized, dispensing, suspect or reversing while it goes on; completed, reversed or declined at its end.';
COMMENT ON COLUMN esbank.withdrawals.refusal IS 'Why it was declined: a name of the table of refusals.';
COMMENT ON COLUMN esbank.withdrawals.notes IS 'The notes promised for it: [{"denomination": minor units, "count": n}, ...].';
COMMENT ON COLUMN esbank.withdrawals.taken IS 'What the customer took; null until the machine, or a count, has told.';
COMMENT ON COLUMN esbank.withdrawals.reversed IS 'What went back to the account.';
COMMENT ON COLUMN esbank.withdrawals.initiated_at IS 'When the bank first heard of it.';
COMMENT ON COLUMN esbank.withdrawals.withdrawn_at IS 'When the money left the account.';
COMMENT ON COLUMN esbank.withdrawals.confirm_by IS 'When it becomes suspect unless the machine has told by then.';
COMMENT ON COLUMN esbank.withdrawals.ended_at IS 'When it was completed, reversed or declined; null while it goes on or is suspect.';
COMMENT ON COLUMN esbank.withdrawals.reason IS 'The reason the machine or the operator gave last.';
COMMENT ON COLUMN esbank.withdrawals.position IS 'The log position of its last step.';
COMMENT ON INDEX esbank.withdrawals_open IS 'Those only the machine or a count can end: few, however long the history.';
