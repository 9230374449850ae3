COMMENT ON COLUMN esbank.alerts.subject IS
  'What it is about: a withdrawal''s id, or a teller''s, with a denomination or an incident where there can be several. Open at most once at a time.';
