-- A parked event holds back the later events of its sequence: they are parked behind it, so that
-- its effect and theirs still come about in order.
ALTER TABLE esbank.parked_events ADD COLUMN sequence uuid;
COMMENT ON COLUMN esbank.parked_events.sequence IS
  'Of a subscription''s: the stream or saga whose later events wait behind this one. Null: a '
  'projection''s, or parked by a bank that did not keep order, so that only a reset mends it.';
