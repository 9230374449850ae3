-- A subscription that begins at the end of the log leaves out all before.
CREATE FUNCTION esbank.subscription_from_now() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO esbank.subscription_skips VALUES (NEW.name, 1, NEW.position, 'from now')
        ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;
COMMENT ON FUNCTION esbank.subscription_from_now() IS
  'Keeps which events a subscription leaves out that does not begin with the first.';
