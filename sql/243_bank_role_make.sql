-- The role of the running bank with exactly the grants of bank_grants: made, or put right. For the schema's owner;
-- serve and migrate call it each time. Without the right to make roles an administrator runs, once:
--
--   CREATE ROLE esbank_bank NOLOGIN;
--   GRANT esbank_bank TO the role that the bank logs in as;
CREATE FUNCTION esbank.bank_role_make() RETURNS void LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    wrong record;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('esbank'), hashtext('bank_role_make'));
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'esbank_bank') THEN
        BEGIN
            CREATE ROLE esbank_bank NOLOGIN;
            IF NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN
                GRANT esbank_bank TO CURRENT_USER;
            END IF;
        EXCEPTION
            WHEN insufficient_privilege THEN RETURN;
            WHEN duplicate_object OR unique_violation THEN NULL; -- another database's bank was faster
        END;
    END IF;
    IF NOT has_schema_privilege('esbank_bank', 'esbank', 'USAGE') THEN
        GRANT USAGE ON SCHEMA esbank TO esbank_bank;
    END IF;
    FOR wrong IN
        SELECT g.relation, g.privileges
          FROM esbank.bank_grants g
          JOIN pg_class c ON c.oid = g.relation
         WHERE g.privileges <> ARRAY(SELECT a.privilege_type FROM aclexplode(c.relacl) a
                                      WHERE a.grantee = 'esbank_bank'::regrole ORDER BY 1)
    LOOP
        EXECUTE format('REVOKE ALL ON %s FROM esbank_bank', wrong.relation);
        EXECUTE format('GRANT %s ON %s TO esbank_bank', array_to_string(wrong.privileges, ', '), wrong.relation);
    END LOOP;
    IF EXISTS (SELECT FROM pg_proc WHERE pronamespace = 'esbank'::regnamespace
                                     AND NOT has_function_privilege('esbank_bank', oid, 'EXECUTE')) THEN
        GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA esbank TO esbank_bank;
    END IF;
    IF NOT has_database_privilege('esbank_bank', current_database(), 'TEMPORARY') THEN -- verify folds into such tables
        EXECUTE format('GRANT TEMPORARY ON DATABASE %I TO esbank_bank', current_database());
    END IF;
END $$;
COMMENT ON FUNCTION esbank.bank_role_make() IS
  'Makes the role esbank_bank unless it is there or the caller may not, and grants it what bank_grants says, no more and no less.';
