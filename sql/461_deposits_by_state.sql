-- Lists of deposits of a state, page by page, whatever the history.
DROP INDEX esbank.deposits_open, esbank.deposits_suspect;
CREATE INDEX deposits_open ON esbank.deposits
    ((coalesce(initiated_at, timestamptz '-infinity')), deposit_id, state)
    WHERE state IN ('counting', 'suspect', 'held', 'disputed');
CREATE INDEX deposits_suspect ON esbank.deposits ((coalesce(initiated_at, timestamptz '-infinity')), deposit_id)
    WHERE state IN ('suspect', 'disputed');
CREATE INDEX deposits_exceptional ON esbank.deposits
    (state, (coalesce(initiated_at, timestamptz '-infinity')), deposit_id)
    WHERE state IN ('cancelled', 'declined', 'settled');

COMMENT ON INDEX esbank.deposits_open IS 'Those that have not ended, by time: few, however long the history.';
COMMENT ON INDEX esbank.deposits_suspect IS 'Those an operator settles, by time.';
COMMENT ON INDEX esbank.deposits_exceptional IS 'For lists of those that ended otherwise than usual.';
