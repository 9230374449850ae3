-- Every transfer between two accounts and how it ended. A read model: folded from esbank.events by
-- bank/projections/transfers.c.
CREATE TABLE esbank.transfers (
    transfer_id   uuid PRIMARY KEY,
    account_id    uuid,
    to_account_id uuid,
    teller_id     uuid,
    amount        bigint NOT NULL,
    state         text NOT NULL,
    refusal       text,
    initiated_at  timestamptz,
    ended_at      timestamptz,
    position      bigint NOT NULL
);

COMMENT ON TABLE esbank.transfers IS 'Read model: every transfer between two accounts and how it ended. Amounts are in minor units.';
COMMENT ON COLUMN esbank.transfers.transfer_id IS 'The id of the command that initiated it; the correlation id of all its events.';
COMMENT ON COLUMN esbank.transfers.account_id IS 'The account it comes from.';
COMMENT ON COLUMN esbank.transfers.to_account_id IS 'The account it goes to; null where no account has the card.';
COMMENT ON COLUMN esbank.transfers.teller_id IS 'The machine it was made at; null where an operator made it.';
COMMENT ON COLUMN esbank.transfers.amount IS 'What was to be transferred.';
COMMENT ON COLUMN esbank.transfers.state IS 'completed, returned (the target could not take it) or declined (refused by the source).';
COMMENT ON COLUMN esbank.transfers.refusal IS 'Why it was returned or declined: a name of the table of refusals.';
COMMENT ON COLUMN esbank.transfers.initiated_at IS 'When the source held the amount, or refused.';
COMMENT ON COLUMN esbank.transfers.ended_at IS 'When it was completed, returned or declined.';
COMMENT ON COLUMN esbank.transfers.position IS 'The log position of its last step.';
COMMENT ON COLUMN esbank.statement.kind IS 'What the event did, in a word of MOVEMENT_TABLE (bank/core/event.h): deposit, withdrawal, transfer in, ...';
COMMENT ON COLUMN esbank.statement.amount IS 'What it did to the balance: below 0 where it took from it, 0 where it only held or released.';
COMMENT ON COLUMN esbank.statement.correlation_id IS 'The withdrawal, deposit at a machine or transfer it belongs to; else the command that asked for it.';
