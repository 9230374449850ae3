-- States of aggregates, so that reading one does not take all its events.
CREATE TABLE esbank.snapshots (
    stream_id      text        COLLATE "C" PRIMARY KEY,
    stream_version bigint      NOT NULL,
    layout         int         NOT NULL,
    state          bytea       NOT NULL,
    created_at     timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE esbank.snapshots IS 'The latest snapshot of each stream. May be emptied at any time.';
COMMENT ON COLUMN esbank.snapshots.stream_id IS 'Of which stream.';
COMMENT ON COLUMN esbank.snapshots.stream_version IS 'The last event folded in.';
COMMENT ON COLUMN esbank.snapshots.layout IS
  'Which program''s memory layout state has; a program of another layout ignores the row.';
COMMENT ON COLUMN esbank.snapshots.state IS 'The aggregate''s bytes in memory.';
COMMENT ON COLUMN esbank.snapshots.created_at IS 'When it was taken.';
