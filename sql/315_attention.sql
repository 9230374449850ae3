-- What wants attention now: alerts, handlers that are paused, and events that are parked.
CREATE VIEW esbank.attention AS
SELECT a.raised_at AS since, a.handler, a.subject, a.message, a.cleared_at, a.position, a.teller_id,
       a.alert_id
  FROM esbank.alerts a
 UNION ALL
SELECT s.updated_at, 'paused', s.name, 'it goes on when what it needs works again: ' || s.error,
       NULL, s.failing_position, NULL, NULL
  FROM esbank.subscriptions s WHERE s.status = 'paused'
 UNION ALL
SELECT min(p.parked_at), 'parked', p.projection,
       count(*) || CASE count(*) WHEN 1 THEN ' event waits' ELSE ' events wait' END
           || CASE WHEN s.name IS NULL THEN ' for `bank projection rebuild '
                   ELSE ' for `bank subscription retry ' END
           || p.projection || '`: ' || (array_agg(p.reason ORDER BY p.position))[1],
       NULL, min(p.position), NULL, NULL
  FROM esbank.parked_events p LEFT JOIN esbank.subscriptions s ON s.name = p.projection
 WHERE s.name IS NOT NULL
    OR EXISTS (SELECT FROM esbank.projections r WHERE r.name = p.projection)
 GROUP BY p.projection, s.name;
COMMENT ON VIEW esbank.attention IS
  'All alerts, settled or not; handlers that are paused and parked events, as long as that is so.';
