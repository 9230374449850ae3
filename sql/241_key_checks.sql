-- What this database knows of the bank's keys: enough to tell another one, and no help in guessing one.
CREATE TABLE esbank.key_checks (
    name        text        COLLATE "C" PRIMARY KEY,
    check_value bytea       NOT NULL CHECK (octet_length(check_value) = 8),
    since       timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE esbank.key_checks IS
  'The keys that this database was made with. A bank with another one, or without one, says which and does not start; of a terminal''s, that terminal stays out.';
COMMENT ON COLUMN esbank.key_checks.name IS 'Its file in the folder keys of the bank''s home.';
COMMENT ON COLUMN esbank.key_checks.check_value IS
  'The first 8 bytes of HMAC-SHA256 under the key over the text "EsBank key check value v1 NAME".';
COMMENT ON COLUMN esbank.key_checks.since IS 'When a bank first started with it.';
