-- Lists of withdrawals of a state, page by page, whatever the history. Every withdrawal is once in the index of those
-- that are dispensing: its entries are the shortest there are, and the few rows that it has are sorted. Suspects pile up
-- where nobody settles them. They have an index in the list's order, which a withdrawal that ends well never enters.
DROP INDEX esbank.withdrawals_open, esbank.withdrawals_exceptional;
CREATE INDEX withdrawals_open ON esbank.withdrawals (confirm_by) WHERE state = 'dispensing';
CREATE INDEX withdrawals_suspect ON esbank.withdrawals ((coalesce(initiated_at, timestamptz '-infinity')), withdrawal_id)
    WHERE state IN ('suspect', 'disputed');
CREATE INDEX withdrawals_exceptional ON esbank.withdrawals
    (state, (coalesce(initiated_at, timestamptz '-infinity')), withdrawal_id)
    WHERE state IN ('authorized', 'reversing', 'reversed', 'declined', 'disputed', 'settled');

COMMENT ON INDEX esbank.withdrawals_open IS 'Those whose machine has not said yet what became of the notes: few, however long the history.';
COMMENT ON INDEX esbank.withdrawals_suspect IS 'Those an operator settles, by time.';
COMMENT ON INDEX esbank.withdrawals_exceptional IS 'For lists of those that ended otherwise than usual: few, however long the history.';
