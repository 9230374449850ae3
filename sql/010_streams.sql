-- For people: the streams there are.
CREATE VIEW esbank.streams AS
SELECT last.stream_id,
       last.stream_version AS version,
       first.event_type    AS first_event,
       last.event_type     AS last_event,
       first.created_at    AS started_at,
       last.created_at     AS last_at,
       last.position       AS last_position
  FROM (SELECT DISTINCT ON (stream_id) stream_id, stream_version, event_type, created_at, position
          FROM esbank.events ORDER BY stream_id, stream_version DESC) AS last
  JOIN esbank.events AS first ON first.stream_id = last.stream_id AND first.stream_version = 1;
COMMENT ON VIEW esbank.streams IS 'One row a stream: its length, its first and last event.';
