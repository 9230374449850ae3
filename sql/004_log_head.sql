-- The end of the log, and whose turn it is to write.
CREATE TABLE esbank.log_head (
    shard    int    PRIMARY KEY,
    position bigint NOT NULL,
    hash     bytea  NOT NULL CHECK (octet_length(hash) = 32),
    epoch    bigint NOT NULL
) WITH (fillfactor = 10); -- one row, updated by every append: its versions stay on one page
INSERT INTO esbank.log_head VALUES (0, 0, decode(repeat('00', 32), 'hex'), 0);

CREATE TRIGGER log_head_stays BEFORE DELETE OR TRUNCATE ON esbank.log_head
    FOR EACH STATEMENT EXECUTE FUNCTION esbank.refuse_change();

COMMENT ON TABLE esbank.log_head IS
  'One row a shard (there is one): where the log ends. Every append updates it first, in its own transaction.';
COMMENT ON COLUMN esbank.log_head.shard IS 'Always 0.';
COMMENT ON COLUMN esbank.log_head.position IS 'The last event''s position, 0 before the first.';
COMMENT ON COLUMN esbank.log_head.hash IS 'The last event''s hash; 32 zero bytes before the first.';
COMMENT ON COLUMN esbank.log_head.epoch IS
  'Raised by each bank that becomes the active one; the appends of those before it fail from then on.';
