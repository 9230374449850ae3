-- Deposits at machines, counted by business day. The bank folds esbank.teller_days anew, since its fold has changed.
ALTER TABLE esbank.teller_days
    ADD COLUMN deposits  bigint NOT NULL DEFAULT 0,
    ADD COLUMN deposited bigint NOT NULL DEFAULT 0;

COMMENT ON COLUMN esbank.teller_days.deposits IS 'How many times a customer put notes in.';
COMMENT ON COLUMN esbank.teller_days.deposited IS 'What those notes are worth.';
COMMENT ON COLUMN esbank.teller_days.suspect IS 'How many times a withdrawal or a deposit was put on the suspect list.';
COMMENT ON COLUMN esbank.statement.correlation_id IS 'The withdrawal or deposit at a machine it belongs to; else the command that asked for it.';
