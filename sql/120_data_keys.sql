-- The keys of what is sealed in the log, beside it: an erasure shreds one, and the log stays as it is.
CREATE TABLE esbank.data_keys (
    account_id  uuid        PRIMARY KEY,
    wrapped     bytea,
    made_at     timestamptz NOT NULL DEFAULT now(),
    shredded_at timestamptz,
    CHECK ((wrapped IS NULL) = (shredded_at IS NOT NULL))
);
COMMENT ON TABLE esbank.data_keys IS
  'A key for each account, under which its owner''s name is sealed in the log; written with the event that opens it. Not part of the hash chain.';
COMMENT ON COLUMN esbank.data_keys.account_id IS 'The account whose owner is sealed with it.';
COMMENT ON COLUMN esbank.data_keys.wrapped IS
  'The key, itself sealed under keys/data.key of the bank''s home; NULL once it is shredded: then nobody can read the name again.';
COMMENT ON COLUMN esbank.data_keys.made_at IS 'When the account was opened.';
COMMENT ON COLUMN esbank.data_keys.shredded_at IS 'When the owner was erased.';
COMMENT ON COLUMN esbank.accounts.owner IS
  'Who owns it, as the event has it: sealed (sealed:v1:…) under the account''s key in data_keys; of accounts opened before there was sealing, the name itself.';
