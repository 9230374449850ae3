-- Deposits above a limit: on the account, and held until an operator has settled them.
CREATE INDEX deposits_held ON esbank.deposits (account_id) WHERE state = 'held';

COMMENT ON INDEX esbank.deposits_held IS 'Those that are reviewed before their money is available: few, however long the history.';
COMMENT ON COLUMN esbank.deposits.state IS 'counting, suspect or held while it goes on; completed, cancelled or declined at its end.';
COMMENT ON COLUMN esbank.deposits.refusal IS 'Why it was declined, why the account could not take it, or why it is or was held: a name of the table of refusals.';
COMMENT ON COLUMN esbank.deposits.ended_at IS 'When it was completed, cancelled or declined; null while it goes on, is suspect or is held.';
COMMENT ON COLUMN esbank.statement.kind IS 'opening, deposit, held deposit, release, return (of a held deposit), withdrawal or reversal.';
COMMENT ON COLUMN esbank.statement.amount IS 'What it did to the balance: below 0 for a withdrawal or a return, 0 for a release.';
COMMENT ON COLUMN esbank.accounts.deposits IS 'All that was ever paid in, less held deposits that were returned.';
