-- In plpgsql, whose plans are kept. It answers the alerts that it raised and cleared. Rows are told
-- apart only where some were counted before (total), and gone through step by step only where an
-- alert can be raised or cleared (moved).
COMMENT ON FUNCTION esbank.cash_moved(boolean, bigint, uuid[], bigint[], bigint[], bigint[],
                                      timestamptz[]) IS
  'Counts notes into (filling) or out of cassettes; below their low mark (low, where none was set) there is an alert until they are filled.';
