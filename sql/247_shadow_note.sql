-- Keeps how far a rebuild has come, as the comment of its shadow, so that it is written with what it is about. Runs
-- with its owner's rights, as shadow_make does.
CREATE FUNCTION esbank.shadow_note(live text, shadow text, note text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM esbank.shadow_check(live, shadow);
    EXECUTE format('COMMENT ON TABLE esbank.%I IS %L', shadow, note);
END $$;
COMMENT ON FUNCTION esbank.shadow_note(text, text, text) IS 'Sets the comment of the table esbank.SHADOW of esbank.LIVE.';
REVOKE ALL ON FUNCTION esbank.shadow_note(text, text, text) FROM PUBLIC;
