-- Erasing is the one change to a key and to the memory of commands, so it has its owner's rights and the bank's role
-- has none of its own for it.
ALTER FUNCTION esbank.erase_owner(uuid) SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
REVOKE ALL ON FUNCTION esbank.erase_owner(uuid) FROM PUBLIC;
