-- Deposits that have not ended, for the console: few, however many there were.
CREATE INDEX deposits_open ON esbank.deposits (deposit_id) WHERE state IN ('counting', 'suspect', 'held', 'disputed');

COMMENT ON INDEX esbank.deposits_open IS 'Those that have not ended: few, however long the history.';
