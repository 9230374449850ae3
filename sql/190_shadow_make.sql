-- A table like a read model's, empty, beside it: for a rebuild that readers do not notice.
CREATE FUNCTION esbank.shadow_make(live text, shadow text) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE options text := (SELECT array_to_string(reloptions, ', ') FROM pg_class
                         WHERE oid = format('esbank.%I', live)::regclass);
BEGIN
    EXECUTE format('DROP TABLE IF EXISTS esbank.%I', shadow);
    EXECUTE format('CREATE TABLE esbank.%I (LIKE esbank.%I INCLUDING ALL)', shadow, live);
    IF options IS NOT NULL THEN -- which LIKE leaves out, and updates in place rest on the fill factor
        EXECUTE format('ALTER TABLE esbank.%I SET (%s)', shadow, options);
    END IF;
END $$;
COMMENT ON FUNCTION esbank.shadow_make(text, text) IS
  'Makes the table esbank.SHADOW, empty, with the columns, indexes and storage options of esbank.LIVE.';
