-- Lists of withdrawals of a state, page by page, whatever the history. The index of the open ones has the list's order
-- now, and the state, so that those that are dispensing are found among many suspects; an entry is 32 bytes longer.
-- Suspects have an index of their own, which a withdrawal that ends well never enters.
DROP INDEX esbank.withdrawals_open, esbank.withdrawals_exceptional;
CREATE INDEX withdrawals_open ON esbank.withdrawals
    ((coalesce(initiated_at, timestamptz '-infinity')), withdrawal_id, state)
    WHERE state IN ('dispensing', 'suspect');
CREATE INDEX withdrawals_suspect ON esbank.withdrawals ((coalesce(initiated_at, timestamptz '-infinity')), withdrawal_id)
    WHERE state IN ('suspect', 'disputed');
CREATE INDEX withdrawals_exceptional ON esbank.withdrawals
    (state, (coalesce(initiated_at, timestamptz '-infinity')), withdrawal_id)
    WHERE state IN ('authorized', 'reversing', 'reversed', 'declined', 'disputed', 'settled');

COMMENT ON INDEX esbank.withdrawals_open IS 'Those only the machine or a count can end, by time: few, however long the history.';
COMMENT ON INDEX esbank.withdrawals_suspect IS 'Those an operator settles, by time.';
COMMENT ON INDEX esbank.withdrawals_exceptional IS 'For lists of those that ended otherwise than usual: few, however long the history.';
