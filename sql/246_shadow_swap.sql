-- The shadow takes the read model's place, with its name, its indexes' names, its grants and its comment. Runs with
-- its owner's rights, as shadow_make does.
CREATE OR REPLACE FUNCTION esbank.shadow_swap(live text, shadow text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    old regclass;
    new regclass;
    old_indexes text[];
    new_indexes text[];
    remark text;
    granted record;
BEGIN
    PERFORM esbank.shadow_check(live, shadow);
    old := format('esbank.%I', live)::regclass;
    new := format('esbank.%I', shadow)::regclass;
    old_indexes := ARRAY(SELECT relname FROM pg_index JOIN pg_class c ON c.oid = indexrelid
                          WHERE indrelid = old ORDER BY indexrelid);
    new_indexes := ARRAY(SELECT relname FROM pg_index JOIN pg_class c ON c.oid = indexrelid
                          WHERE indrelid = new ORDER BY indexrelid);
    remark := obj_description(old, 'pg_class');
    FOR granted IN SELECT a.grantee, a.privilege_type FROM pg_class c, aclexplode(c.relacl) a
                   WHERE c.oid = old AND a.grantee <> c.relowner LOOP
        EXECUTE format('GRANT %s ON %s TO %s', granted.privilege_type, new,
                       CASE granted.grantee WHEN 0 THEN 'PUBLIC' ELSE granted.grantee::regrole::text END);
    END LOOP;
    EXECUTE format('DROP TABLE %s', old);
    EXECUTE format('ALTER TABLE %s RENAME TO %I', new, live);
    FOR i IN 1 .. coalesce(array_length(old_indexes, 1), 0) LOOP
        EXECUTE format('ALTER INDEX esbank.%I RENAME TO %I', new_indexes[i], old_indexes[i]);
    END LOOP;
    EXECUTE format('COMMENT ON TABLE esbank.%I IS %L', live, remark);
END $$;
COMMENT ON FUNCTION esbank.shadow_swap(text, text) IS
  'Puts esbank.SHADOW in the place of esbank.LIVE, which is dropped; in one transaction readers never notice.';
REVOKE ALL ON FUNCTION esbank.shadow_swap(text, text) FROM PUBLIC;
