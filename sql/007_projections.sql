-- How far each read model has come.
CREATE TABLE esbank.projections (
    name       text        COLLATE "C" PRIMARY KEY,
    version    int         NOT NULL,
    position   bigint      NOT NULL,
    state      text        NOT NULL CHECK (state IN ('inline', 'following')),
    error      text,
    updated_at timestamptz NOT NULL DEFAULT now()
) WITH (fillfactor = 10); -- few rows, updated by every append
COMMENT ON TABLE esbank.projections IS 'The checkpoints of the read models; each row''s name is its table''s.';
COMMENT ON COLUMN esbank.projections.name IS 'The projection, and its table in this schema.';
COMMENT ON COLUMN esbank.projections.version IS 'Of the fold that filled the table; the program''s differs: it is rebuilt.';
COMMENT ON COLUMN esbank.projections.position IS 'The last event folded in.';
COMMENT ON COLUMN esbank.projections.state IS
  'inline: written in the transaction of each append. following: behind, being caught up by the active bank.';
COMMENT ON COLUMN esbank.projections.error IS 'Why it was put off from inline to following; null when all is well.';
COMMENT ON COLUMN esbank.projections.updated_at IS 'When the row last changed.';
