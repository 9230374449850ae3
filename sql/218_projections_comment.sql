COMMENT ON COLUMN esbank.projections.state IS
  'inline: brought up to the log by the active bank as it appends. following: behind, being caught up by it from the log.';
