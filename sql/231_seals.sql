-- What makes a rewritten log known: seals of each append under a key that is not in the database.
ALTER TABLE esbank.events ADD COLUMN seal bytea;
ALTER TABLE esbank.log_head ADD COLUMN seal bytea;

COMMENT ON COLUMN esbank.events.seal IS
  'At the last event of each append: proves, under keys/log.key of the bank''s home, the log up to here and the commands before; bank/codec/log_seal.h has the recipe; bank verify checks it. NULL in the others, and in what an older program appended.';
COMMENT ON COLUMN esbank.log_head.seal IS
  'Proves position, hash, epoch, the memory of commands and the kept events; made anew by every append. A bank refuses a head whose seal does not hold.';
