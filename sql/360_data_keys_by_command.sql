-- A key for each name instead of one for each account: a name that changes is sealed under a key of its own. The key
-- is found by the command that sealed the name, which is the causation id of the event that has it.
ALTER TABLE esbank.data_keys ADD COLUMN command_id uuid;
UPDATE esbank.data_keys k SET command_id = e.causation_id FROM esbank.events e
 WHERE e.stream_id = 'account-' || k.account_id AND e.stream_version = 1;
UPDATE esbank.data_keys SET command_id = account_id WHERE command_id IS NULL;
ALTER TABLE esbank.data_keys ALTER COLUMN command_id SET NOT NULL, DROP CONSTRAINT data_keys_pkey,
    ADD CONSTRAINT data_keys_pkey PRIMARY KEY (command_id);
CREATE INDEX data_keys_account ON esbank.data_keys (account_id);
COMMENT ON TABLE esbank.data_keys IS
  'A key for each name of an account''s owner, under which it is sealed in the log; written with the event that has the name. Not part of the hash chain.';
COMMENT ON COLUMN esbank.data_keys.command_id IS 'The command that sealed the name: the causation id of the event that has it.';
COMMENT ON COLUMN esbank.data_keys.made_at IS 'When the name was sealed.';
COMMENT ON INDEX esbank.data_keys_account IS 'All keys of an account, which an erasure shreds.';
