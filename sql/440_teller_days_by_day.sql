-- A business day of all machines, and the days in their order: `bank day`.
CREATE INDEX teller_days_by_day ON esbank.teller_days (business_day);

COMMENT ON INDEX esbank.teller_days_by_day IS 'For the days in their order, and one of all machines.';
