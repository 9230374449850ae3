-- A table like a read model's, empty, beside it: for a rebuild that readers do not notice. Runs with its owner's
-- rights, since the bank's role makes no tables.
CREATE OR REPLACE FUNCTION esbank.shadow_make(live text, shadow text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    options text := (SELECT array_to_string(reloptions, ', ') FROM pg_class
                     WHERE oid = format('esbank.%I', live)::regclass);
    granted record;
BEGIN
    PERFORM esbank.shadow_check(live, shadow);
    EXECUTE format('DROP TABLE IF EXISTS esbank.%I', shadow);
    EXECUTE format('CREATE TABLE esbank.%I (LIKE esbank.%I INCLUDING ALL)', shadow, live);
    IF options IS NOT NULL THEN -- which LIKE leaves out, and updates in place rest on the fill factor
        EXECUTE format('ALTER TABLE esbank.%I SET (%s)', shadow, options);
    END IF;
    FOR granted IN SELECT a.grantee, a.privilege_type FROM pg_class c, aclexplode(c.relacl) a
                   WHERE c.oid = format('esbank.%I', live)::regclass AND a.grantee <> c.relowner LOOP
        EXECUTE format('GRANT %s ON esbank.%I TO %s', granted.privilege_type, shadow,
                       CASE granted.grantee WHEN 0 THEN 'PUBLIC' ELSE granted.grantee::regrole::text END);
    END LOOP;
END $$;
COMMENT ON FUNCTION esbank.shadow_make(text, text) IS
  'Makes the table esbank.SHADOW, empty, with the columns, indexes, storage options and grants of esbank.LIVE.';
REVOKE ALL ON FUNCTION esbank.shadow_make(text, text) FROM PUBLIC;
