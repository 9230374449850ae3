-- The schema, and what many of its tables use.
COMMENT ON SCHEMA esbank IS
  'EsBank: an event-sourced bank. esbank.events is the truth; everything else can be made again from it.';

CREATE FUNCTION esbank.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% on %.% is refused: events are never changed or removed', TG_OP, TG_TABLE_SCHEMA, TG_TABLE_NAME
        USING HINT = 'Append an event that corrects what was wrong.', ERRCODE = 'restrict_violation';
END $$;
COMMENT ON FUNCTION esbank.refuse_change() IS 'Trigger: raises, whatever is tried. Keeps the log append-only.';
