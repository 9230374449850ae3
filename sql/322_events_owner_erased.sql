-- The events that say that an owner was erased, which the bank looks for at its start.
CREATE INDEX events_owner_erased ON esbank.events (stream_id)
    WHERE event_type = 'Accounts.OwnerErased';
COMMENT ON INDEX esbank.events_owner_erased IS
  'So that a data key that a restore has brought back is found, and erased again.';
