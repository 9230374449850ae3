-- Keeps why a handler is paused and when it tries again. All before has been handled; no event is
-- counted or parked.
CREATE FUNCTION esbank.subscription_pause(subscription text, owner text, lease_ms int,
                                          from_position bigint, to_position bigint, failing bigint,
                                          reason text, pause_ms bigint)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    UPDATE esbank.subscriptions s
       SET position = to_position, status = 'paused', error = reason, failing_position = failing,
           attempts = CASE WHEN failing IS NULL THEN 0 ELSE greatest(s.attempts, 1) END,
           retry_at = clock_timestamp() + pause_ms * interval '1 millisecond',
           lease_until = clock_timestamp() + lease_ms * interval '1 millisecond',
           updated_at = CASE s.status WHEN 'paused' THEN s.updated_at ELSE clock_timestamp() END
     WHERE s.name = subscription AND s.lease_owner = owner AND s.position = from_position;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'subscription % is no longer at % in the hands of %',
            subscription, from_position, owner USING ERRCODE = 'ES002';
    END IF;
END $$;
COMMENT ON FUNCTION esbank.subscription_pause(text, text, int, bigint, bigint, bigint, text,
                                              bigint) IS
  'Pauses a subscription whose dependency is broken. Raises ES002 as subscription_move does.';
