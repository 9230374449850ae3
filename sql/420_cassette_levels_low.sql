-- Each cassette has a low mark of its own; those of one denomination count together.
ALTER TABLE esbank.cassette_levels ADD COLUMN low bigint NOT NULL DEFAULT 100,
                                   ADD COLUMN low_position bigint NOT NULL DEFAULT 0;
COMMENT ON TABLE esbank.cassette_levels IS
  'How many notes of each denomination the machines'' cassettes hold, and how many are few: kept by the event handler low_cash, from the tellers'' events.';
COMMENT ON COLUMN esbank.cassette_levels.denomination IS
  'Of the notes, in minor units; all cassettes of a denomination together.';
COMMENT ON COLUMN esbank.cassette_levels.low IS
  'With fewer notes there is an alert: the low marks of these cassettes together.';
COMMENT ON COLUMN esbank.cassette_levels.low_position IS
  'The event that set it; one that comes again does not; 0: it is the one that cassettes come with.';
