-- Lists of deposits of a state, page by page, whatever the history. Every deposit is once in the index of those that are
-- counting: see 460_withdrawals_by_state.sql.
DROP INDEX esbank.deposits_open, esbank.deposits_suspect;
CREATE INDEX deposits_open ON esbank.deposits (deposit_id) WHERE state = 'counting';
CREATE INDEX deposits_suspect ON esbank.deposits ((coalesce(initiated_at, timestamptz '-infinity')), deposit_id)
    WHERE state IN ('suspect', 'disputed');
CREATE INDEX deposits_exceptional ON esbank.deposits
    (state, (coalesce(initiated_at, timestamptz '-infinity')), deposit_id)
    WHERE state IN ('held', 'cancelled', 'declined', 'disputed', 'settled');

COMMENT ON INDEX esbank.deposits_open IS 'Those whose machine has not said yet what it has: few, however long the history.';
COMMENT ON INDEX esbank.deposits_suspect IS 'Those an operator settles, by time.';
COMMENT ON INDEX esbank.deposits_exceptional IS 'For lists of those that are held, or ended otherwise than usual.';
