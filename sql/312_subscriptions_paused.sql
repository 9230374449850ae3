-- A handler whose dependency is broken is paused, and goes on by itself.
ALTER TABLE esbank.subscriptions DROP CONSTRAINT subscriptions_status_check;
ALTER TABLE esbank.subscriptions ADD CONSTRAINT subscriptions_status_check
    CHECK (status IN ('catching up', 'live', 'retrying', 'paused'));
COMMENT ON COLUMN esbank.subscriptions.status IS
  'catching up: behind. live: at the end of the log, woken by each append. retrying: an event '
  'fails, see error. paused: what the handler needs is broken, see error; it goes on by itself.';
