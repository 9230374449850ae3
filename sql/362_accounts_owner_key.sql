-- The key of the name that an account's owner has now.
ALTER TABLE esbank.accounts ADD COLUMN owner_key uuid;
COMMENT ON COLUMN esbank.accounts.owner_key IS 'The command that gave the owner that name: its key is the row of data_keys with this command_id.';
