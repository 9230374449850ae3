-- Some alerts are about the bank itself: no machine is concerned.
ALTER TABLE esbank.alerts ALTER COLUMN teller_id DROP NOT NULL;
COMMENT ON COLUMN esbank.alerts.teller_id IS 'The machine it concerns; NULL: none.';
