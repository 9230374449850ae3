-- Where the log stood when a row was kept: the seals from there on cover it.
ALTER TABLE esbank.imported_events ADD COLUMN log_position bigint;
COMMENT ON COLUMN esbank.imported_events.log_position IS
  'Where the log ended after the append that brought it; NULL: an older program''s import.';
