-- Who may do what: machines that are barred, and the keys of their terminals. A read model: folded from esbank.events
-- by bank/projections/tellers.c.
CREATE TABLE esbank.tellers (
    teller_id      uuid PRIMARY KEY,
    provisioned_at timestamptz,
    barred         boolean NOT NULL,
    bar_reason     text,
    bar_changed_at timestamptz,
    key_state      text NOT NULL,
    key_check      text,
    position       bigint NOT NULL
);

COMMENT ON TABLE esbank.tellers IS 'Read model: every machine, whether it is barred, and what became of its key.';
COMMENT ON COLUMN esbank.tellers.teller_id IS 'The machine.';
COMMENT ON COLUMN esbank.tellers.provisioned_at IS 'When it was taken into service.';
COMMENT ON COLUMN esbank.tellers.barred IS 'Whether nothing new may be begun there.';
COMMENT ON COLUMN esbank.tellers.bar_reason IS 'The reason given when it was last barred or unbarred.';
COMMENT ON COLUMN esbank.tellers.bar_changed_at IS 'When that was; null where it never was.';
COMMENT ON COLUMN esbank.tellers.key_state IS 'first: the key it was provisioned with; replaced; withdrawn: it has none.';
COMMENT ON COLUMN esbank.tellers.key_check IS
  'Check value of the key that replaced it, or of the one withdrawn: 6 hexadecimal digits; null while it is the first.';
COMMENT ON COLUMN esbank.tellers.position IS 'The log position of the last event that changed it.';
