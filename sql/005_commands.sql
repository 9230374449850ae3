-- The memory of commands: what was asked under an id, and what was answered.
CREATE TABLE esbank.commands (
    command_id uuid        PRIMARY KEY,
    content    bytea       NOT NULL,
    reply      text        NOT NULL,
    position   bigint      NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE esbank.commands IS
  'Every command decided, for ever: a repeated id gets the first reply again, byte for byte, and changes nothing.';
COMMENT ON COLUMN esbank.commands.command_id IS 'The id its sender gave it.';
COMMENT ON COLUMN esbank.commands.content IS
  'Hash of what was asked: the same id with other content is refused. All zeros fit any content.';
COMMENT ON COLUMN esbank.commands.reply IS 'The line that was answered, without its newline.';
COMMENT ON COLUMN esbank.commands.position IS 'Where the log ended after the append that held it.';
COMMENT ON COLUMN esbank.commands.created_at IS 'When it was appended.';
