-- What an alert of low_cash says.
CREATE FUNCTION esbank.low_cash_message(notes bigint, denomination bigint, low bigint)
RETURNS text LANGUAGE sql STABLE AS $$
SELECT format('%s notes of %s are left, fewer than %s: replenish this machine', notes,
              to_char(denomination / 100.0, 'FM999999990.00'), low)
$$;
COMMENT ON FUNCTION esbank.low_cash_message(bigint, bigint, bigint) IS
  'The message of an alert for a cassette with so few notes of that denomination.';

-- 319_cash_moved.sql makes it again, with an answer.
DROP FUNCTION esbank.cash_moved(boolean, bigint, uuid[], bigint[], bigint[], bigint[],
                                timestamptz[]);
