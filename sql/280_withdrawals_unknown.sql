-- What became of the notes: who says so, and what that statement leaves unknown. The read model is made again.
ALTER TABLE esbank.withdrawals ADD COLUMN source text, ADD COLUMN unknown bigint;

COMMENT ON COLUMN esbank.withdrawals.source IS 'Who said last what became of the notes: machine, operator, or deadline (time has passed and nothing was heard); null until then.';
COMMENT ON COLUMN esbank.withdrawals.unknown IS 'What the notes are worth of which that statement does not say where they are; null: none.';
