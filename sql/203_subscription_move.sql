-- The checkpoint, first of all in the transaction of what a handler writes: the row's lock keeps others out.
CREATE FUNCTION esbank.subscription_move(subscription text, owner text, lease_ms int, from_position bigint,
                                         to_position bigint, new_status text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    UPDATE esbank.subscriptions s
       SET position = to_position, status = new_status, attempts = 0, failing_position = NULL, retry_at = NULL,
           error = NULL, lease_until = clock_timestamp() + lease_ms * interval '1 millisecond',
           updated_at = clock_timestamp()
     WHERE s.name = subscription AND s.lease_owner = owner AND s.position = from_position;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'subscription % is no longer at % in the hands of %', subscription, from_position, owner
            USING ERRCODE = 'ES002';
    END IF;
END $$;
COMMENT ON FUNCTION esbank.subscription_move(text, text, int, bigint, bigint, text) IS
  'Raises SQLSTATE ES002 when another bank has the lease or a person moved the subscription: nothing is written then.';
