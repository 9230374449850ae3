COMMENT ON COLUMN esbank.events.metadata IS
  'Where it came from: command, parent command, actor, schema of data, software; given: what an operator gave with the command for the record.';
