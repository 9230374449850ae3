-- What the handler low_cash knows of the machines' cassettes.
CREATE TABLE esbank.cassette_levels (
    teller_id    uuid,
    denomination bigint,
    notes        bigint NOT NULL,
    position     bigint NOT NULL,
    PRIMARY KEY (teller_id, denomination)
) WITH (fillfactor = 50);
COMMENT ON TABLE esbank.cassette_levels IS
  'How many notes each cassette holds: kept by the event handler low_cash, from the tellers'' events.';
COMMENT ON COLUMN esbank.cassette_levels.teller_id IS 'The machine.';
COMMENT ON COLUMN esbank.cassette_levels.denomination IS 'Of the cassette''s notes, in minor units.';
COMMENT ON COLUMN esbank.cassette_levels.notes IS 'How many there are.';
COMMENT ON COLUMN esbank.cassette_levels.position IS 'The last event counted in; one that comes again is not.';
