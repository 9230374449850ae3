-- The events that give an owner another name, of which the last is looked for among all of an account's.
CREATE INDEX events_owner_renamed ON esbank.events (stream_id, stream_version)
    WHERE event_type = 'Accounts.OwnerRenamed';
COMMENT ON INDEX esbank.events_owner_renamed IS 'So that an owner''s name is found without reading the account''s events.';
