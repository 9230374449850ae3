COMMENT ON COLUMN esbank.commands.content IS
  'Hash of what was asked: the same id with other content is refused. All zeros fit any content. Where a withdrawal (or'
  ' a deposit) was reversed before it came, the hash of its kind, teller and id, which fit whatever it says else.';
