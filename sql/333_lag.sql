-- As before, with the log's end from the log: its head has a version for every append that a snapshot has kept.
CREATE OR REPLACE VIEW esbank.lag AS
SELECT p.name, p.state, p.version, p.position AS checkpoint, h.position AS head, h.position - p.position AS lag,
       (SELECT count(*) FROM esbank.parked_events e WHERE e.projection = p.name) AS parked, p.error, p.updated_at,
       'projection' AS kind
  FROM esbank.projections p CROSS JOIN (SELECT coalesce(max(position), 0) AS position FROM esbank.events) h
 UNION ALL
SELECT s.name, CASE WHEN s.lease_until > now() THEN s.status ELSE 'not running' END, NULL, s.position, h.position,
       h.position - s.position, (SELECT count(*) FROM esbank.parked_events e WHERE e.projection = s.name), s.error,
       s.updated_at, 'subscription'
  FROM esbank.subscriptions s CROSS JOIN (SELECT coalesce(max(position), 0) AS position FROM esbank.events) h;
