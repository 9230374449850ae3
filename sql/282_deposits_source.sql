-- Who says what became of a deposit's notes; and the states that a disputed advice leads to. The read model is made again.
ALTER TABLE esbank.deposits ADD COLUMN source text;

COMMENT ON COLUMN esbank.deposits.source IS 'Who said last what became of the notes: machine or operator; null until then.';
COMMENT ON COLUMN esbank.deposits.amount IS 'What the notes are worth; 0 until they are counted, and where nobody knows.';
COMMENT ON COLUMN esbank.deposits.state IS 'counting, suspect, held or disputed while it goes on; completed, cancelled, declined or settled at its end.';
COMMENT ON COLUMN esbank.deposits.refusal IS 'Why it was declined, why the account could not take it, why it is or was held, or what the machine''s advice contradicts: a name of the table of refusals.';
COMMENT ON COLUMN esbank.withdrawals.state IS 'authorized, dispensing, suspect, reversing or disputed while it goes on; completed, reversed, declined or settled at its end.';
COMMENT ON COLUMN esbank.withdrawals.refusal IS 'Why it was declined, or what the machine''s advice contradicts (no_such_withdrawal: this bank does not know of it): a name of the table of refusals.';
