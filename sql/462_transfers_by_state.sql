-- Lists of transfers of a state, and of a machine, page by page, whatever the history.
CREATE INDEX transfers_exceptional ON esbank.transfers
    (state, (coalesce(initiated_at, timestamptz '-infinity')), transfer_id)
    WHERE state IN ('returned', 'declined');
CREATE INDEX transfers_at ON esbank.transfers
    (teller_id, (coalesce(initiated_at, timestamptz '-infinity')), transfer_id)
    WHERE teller_id IS NOT NULL;

COMMENT ON INDEX esbank.transfers_exceptional IS 'For lists of those that ended otherwise than usual.';
COMMENT ON INDEX esbank.transfers_at IS 'For the list of one machine''s.';
