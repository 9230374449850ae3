-- For people: how far the read models are behind.
CREATE VIEW esbank.lag AS
SELECT p.name, p.state, p.version, p.position AS checkpoint, h.position AS head, h.position - p.position AS lag,
       (SELECT count(*) FROM esbank.parked_events e WHERE e.projection = p.name) AS parked, p.error, p.updated_at
  FROM esbank.projections p CROSS JOIN esbank.log_head h
 WHERE h.shard = 0;
COMMENT ON VIEW esbank.lag IS 'One row a read model: its checkpoint, the log''s head, and how many events lie between.';
