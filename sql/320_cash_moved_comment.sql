-- cash_moved takes the events in their order. One call holds only fillings or only removals, so a
-- level only rises or only falls within it. Many rows may concern few cassettes: each is looked up
-- once.
COMMENT ON FUNCTION esbank.cash_moved(boolean, bigint, uuid[], bigint[], bigint[], bigint[],
                                      timestamptz[]) IS
  'Counts notes into (filling) or out of cassettes; one below low has an alert until it is filled.';
