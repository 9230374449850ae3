-- Takes or renews a lease, all by the database's clock; makes the subscription when it is new.
CREATE FUNCTION esbank.subscription_lease(subscription text, owner text, lease_ms int, from_now boolean)
RETURNS TABLE (mine boolean, at_position bigint, tries int, retry_in_ms bigint) LANGUAGE plpgsql AS $$
DECLARE
    until timestamptz := clock_timestamp() + lease_ms * interval '1 millisecond';
    got   boolean;
BEGIN
    UPDATE esbank.subscriptions s SET lease_owner = owner, lease_until = until
     WHERE s.name = subscription
       AND (s.lease_owner IS NULL OR s.lease_owner = owner OR s.lease_until <= clock_timestamp());
    got := FOUND;
    IF NOT got THEN
        INSERT INTO esbank.subscriptions (name, position, status, lease_owner, lease_until)
        SELECT subscription, CASE WHEN from_now THEN h.position ELSE 0 END,
               CASE WHEN from_now OR h.position = 0 THEN 'live' ELSE 'catching up' END, owner, until
          FROM esbank.log_head h WHERE h.shard = 0
            ON CONFLICT DO NOTHING;
        got := FOUND;
    END IF;
    RETURN QUERY
    SELECT got, s.position, s.attempts,
           greatest(0, ceil(extract(epoch FROM s.retry_at - clock_timestamp()) * 1000))::bigint
      FROM esbank.subscriptions s WHERE s.name = subscription;
END $$;
COMMENT ON FUNCTION esbank.subscription_lease(text, text, int, boolean) IS
  'Whether that bank has the subscription''s lease now, and where the subscription stands.';
