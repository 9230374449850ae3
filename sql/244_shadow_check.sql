-- For functions that change tables with their owner's rights. A read model is exchanged only for a caller that may
-- empty and fill it anyway, which is how the log and the memory of commands are out of reach.
CREATE FUNCTION esbank.shadow_check(live text, shadow text) RETURNS void LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    caller name := CASE current_setting('role') WHEN 'none' THEN session_user ELSE current_setting('role') END;
BEGIN
    IF shadow NOT IN (live || '_shadow', live || '_rebuild') THEN
        RAISE EXCEPTION '% is no name for a shadow of %', shadow, live
            USING ERRCODE = 'invalid_name', HINT = 'It is called as its read model with _shadow or _rebuild.';
    END IF;
    IF NOT (has_table_privilege(caller, format('esbank.%I', live), 'DELETE')
            AND has_table_privilege(caller, format('esbank.%I', live), 'INSERT')) THEN
        RAISE EXCEPTION '% may not exchange esbank.%', caller, live
            USING ERRCODE = 'insufficient_privilege', HINT = 'Only read models are exchanged.';
    END IF;
END $$;
COMMENT ON FUNCTION esbank.shadow_check(text, text) IS
  'Raises unless that is a shadow''s name and the caller may delete and insert rows of esbank.LIVE.';
