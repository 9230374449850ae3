-- What the role of the running bank, esbank_bank, may do: one row a table or view.
--
-- What is history is added to and read. log_head moves. Everything else can be made again, or is the bank's to
-- change. Nothing is owned by the role, so it can neither alter a table nor disable a trigger nor replace a
-- function; what needs the owner's rights is done by functions that check what they are asked for: shadow_make,
-- shadow_swap, shadow_note and erase_owner.
CREATE VIEW esbank.bank_grants AS
SELECT c.oid::regclass AS relation,
       CASE WHEN c.relkind <> 'r' OR c.relname = 'migrations' THEN '{SELECT}'
            WHEN c.relname IN ('events', 'imported_events', 'commands', 'data_keys') OR changes_refused
            THEN '{INSERT,SELECT}'
            WHEN c.relname = 'log_head' THEN '{SELECT,UPDATE}'
            WHEN c.relname = 'key_checks' THEN '{INSERT,SELECT,UPDATE}'
            ELSE '{DELETE,INSERT,SELECT,UPDATE}'
       END::text[] AS privileges
  FROM pg_catalog.pg_class c
 CROSS JOIN LATERAL (SELECT EXISTS (SELECT FROM pg_catalog.pg_trigger t -- a table of history that is newer than this view
                                     WHERE t.tgrelid = c.oid AND t.tgfoid = 'esbank.refuse_change()'::regprocedure
                                       AND t.tgtype & 16 <> 0) AS changes_refused) AS trigger
 WHERE c.relnamespace = 'esbank'::regnamespace AND c.relkind IN ('r', 'v', 'm');
COMMENT ON VIEW esbank.bank_grants IS
  'What the role esbank_bank may do with each table and view: bank_role_make grants exactly this, and a bank whose role lacks some of it says so and does not start.';
COMMENT ON COLUMN esbank.bank_grants.relation IS 'The table or view.';
COMMENT ON COLUMN esbank.bank_grants.privileges IS 'The privileges, in the order of the alphabet.';
