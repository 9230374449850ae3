-- The handler of suspects has deposits to look for now, in all of the log. An alert that is there is not raised twice.
UPDATE esbank.subscriptions
   SET position = 0, status = 'catching up', attempts = 0, failing_position = NULL, retry_at = NULL, error = NULL
 WHERE name = 'suspects';
