-- As before, but it finds the row from the highest position down: older versions of it are not looked at.
CREATE OR REPLACE FUNCTION esbank.subscription_lease(subscription text, owner text, lease_ms int, from_now boolean)
RETURNS TABLE (mine boolean, at_position bigint, tries int, retry_in_ms bigint) LANGUAGE plpgsql AS $$
DECLARE
    until timestamptz := clock_timestamp() + lease_ms * interval '1 millisecond';
    stands bigint;
    got   boolean;
BEGIN
    SELECT s.position INTO stands FROM esbank.subscriptions s
     WHERE s.name = subscription
       AND (s.lease_owner IS NULL OR s.lease_owner = owner OR s.lease_until <= clock_timestamp())
     ORDER BY s.position DESC LIMIT 1 FOR UPDATE;
    got := FOUND;
    IF got THEN
        UPDATE esbank.subscriptions s SET lease_owner = owner, lease_until = until
         WHERE s.name = subscription AND s.position = stands;
    ELSE
        INSERT INTO esbank.subscriptions (name, position, status, lease_owner, lease_until)
        SELECT subscription, CASE WHEN from_now THEN h.position ELSE 0 END,
               CASE WHEN from_now OR h.position = 0 THEN 'live' ELSE 'catching up' END, owner, until
          FROM (SELECT coalesce(max(e.position), 0) AS position FROM esbank.events e) h;
        got := FOUND;
    END IF;
    RETURN QUERY
    SELECT got, s.position, s.attempts,
           greatest(0, ceil(extract(epoch FROM s.retry_at - clock_timestamp()) * 1000))::bigint
      FROM esbank.subscriptions s WHERE s.name = subscription ORDER BY s.position DESC LIMIT 1;
END $$;
