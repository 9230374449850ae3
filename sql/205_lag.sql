-- For people: how far read models and event handlers are behind.
CREATE OR REPLACE VIEW esbank.lag AS
SELECT p.name, p.state, p.version, p.position AS checkpoint, h.position AS head, h.position - p.position AS lag,
       (SELECT count(*) FROM esbank.parked_events e WHERE e.projection = p.name) AS parked, p.error, p.updated_at,
       'projection' AS kind
  FROM esbank.projections p CROSS JOIN esbank.log_head h
 WHERE h.shard = 0
 UNION ALL
SELECT s.name, CASE WHEN s.lease_until > now() THEN s.status ELSE 'not running' END, NULL, s.position, h.position,
       h.position - s.position, (SELECT count(*) FROM esbank.parked_events e WHERE e.projection = s.name), s.error,
       s.updated_at, 'subscription'
  FROM esbank.subscriptions s CROSS JOIN esbank.log_head h
 WHERE h.shard = 0;
COMMENT ON VIEW esbank.lag IS
  'One row a read model (kind projection) and one an event handler (kind subscription): its checkpoint, the log''s head, and how many events lie between.';
