-- What the head's UPDATE calls when the log is not where this bank left it.
CREATE FUNCTION esbank.superseded(is_at bigint, is_epoch bigint, known bigint, my_epoch bigint) RETURNS bigint
LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the log is at position % in epoch %, not at % in epoch %: another bank has taken it over',
        is_at, is_epoch, known, my_epoch USING ERRCODE = 'ES001';
END $$;
COMMENT ON FUNCTION esbank.superseded(bigint, bigint, bigint, bigint) IS
  'Raises SQLSTATE ES001, so that the whole append of a bank that is no longer the active one is undone.';
