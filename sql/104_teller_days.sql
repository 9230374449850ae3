-- What each machine did in each business day. A read model: folded from esbank.events by
-- bank/projections/teller_days.c. A teller's newest row is the day that is running.
CREATE TABLE esbank.teller_days (
    teller_id    uuid NOT NULL,
    business_day date NOT NULL,
    withdrawals  bigint NOT NULL,
    dispensed    bigint NOT NULL,
    reversed     bigint NOT NULL,
    declined     bigint NOT NULL,
    suspect      bigint NOT NULL,
    closed_at    timestamptz,
    position     bigint NOT NULL,
    PRIMARY KEY (teller_id, business_day)
) WITH (fillfactor = 25);

COMMENT ON TABLE esbank.teller_days IS 'Read model: what each machine did in each business day. Amounts are in minor units.';
COMMENT ON COLUMN esbank.teller_days.teller_id IS 'The machine; its events stand in stream teller-<teller_id>.';
COMMENT ON COLUMN esbank.teller_days.business_day IS 'From one cut-over to the next; the newest day of a machine is the running one.';
COMMENT ON COLUMN esbank.teller_days.withdrawals IS 'How many were completed.';
COMMENT ON COLUMN esbank.teller_days.dispensed IS 'What customers took.';
COMMENT ON COLUMN esbank.teller_days.reversed IS 'What was approved and then not taken.';
COMMENT ON COLUMN esbank.teller_days.declined IS 'How many were declined.';
COMMENT ON COLUMN esbank.teller_days.suspect IS 'How many times one was put on the suspect list.';
COMMENT ON COLUMN esbank.teller_days.closed_at IS 'When the day was cut over; null: it is running.';
COMMENT ON COLUMN esbank.teller_days.position IS 'The log position of the last event counted.';
