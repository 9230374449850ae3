-- Checkpoints are updated all the time. While another session has an old snapshot none of their rows' versions can be
-- cleaned up, and an index on the name leads to all of them. With the position in it each version has a key of its
-- own, and whoever knows both finds the one row at once. That a name has one row is this trigger's to see to: a unique
-- index on the name would look at every version of it, too.
CREATE FUNCTION esbank.one_a_name() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    there boolean;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('esbank'), hashtext(TG_TABLE_NAME));
    EXECUTE format('SELECT EXISTS (SELECT FROM esbank.%I WHERE name = $1)', TG_TABLE_NAME) INTO there USING NEW.name;
    RETURN CASE WHEN there THEN NULL ELSE NEW END;
END $$;
COMMENT ON FUNCTION esbank.one_a_name() IS 'Leaves a row out whose name is there already.';
