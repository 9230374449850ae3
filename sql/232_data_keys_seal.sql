-- What is sealed of an account's data key, and of the command that opened the account; an erasure takes it along.
ALTER TABLE esbank.data_keys
    ADD COLUMN seal bytea,
    ADD CHECK (wrapped IS NOT NULL OR seal IS NULL);
COMMENT ON COLUMN esbank.data_keys.seal IS
  'Proves, under keys/log.key, the key and the content of the command that made it; NULL once that is shredded, and of keys that an older program made.';
