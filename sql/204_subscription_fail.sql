-- Keeps that an event failed, and when it is tried again; all before it has been handled.
CREATE FUNCTION esbank.subscription_fail(subscription text, owner text, lease_ms int, from_position bigint,
                                         failing bigint, reason text, pause_ms bigint) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    UPDATE esbank.subscriptions s
       SET position = failing - 1, status = 'retrying',
           attempts = CASE WHEN s.failing_position = failing THEN s.attempts ELSE 0 END + 1,
           failing_position = failing, error = reason,
           retry_at = clock_timestamp() + pause_ms * interval '1 millisecond',
           lease_until = clock_timestamp() + lease_ms * interval '1 millisecond', updated_at = clock_timestamp()
     WHERE s.name = subscription AND s.lease_owner = owner AND s.position = from_position;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'subscription % is no longer at % in the hands of %', subscription, from_position, owner
            USING ERRCODE = 'ES002';
    END IF;
END $$;
COMMENT ON FUNCTION esbank.subscription_fail(text, text, int, bigint, bigint, text, bigint) IS
  'Counts an attempt at the event that fails. Raises SQLSTATE ES002 as subscription_move does.';
