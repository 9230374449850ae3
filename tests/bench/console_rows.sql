-- Rows as a large bank has them, for tests/bench/console.sh and lists.sh: 1,000 machines, 100,000 accounts, so many withdrawals (:rows)
-- of which one in 1,792 is suspect, as many lines of statements, twice as many events. They fit no log; only lists are read.
SET synchronous_commit = off;

CREATE FUNCTION pg_temp.id(kind int, n bigint) RETURNS uuid LANGUAGE sql IMMUTABLE AS
$$ SELECT (lpad(to_hex(1796000000000 + n), 12, '0') || '7' || lpad(to_hex(kind), 3, '0') || '8000' || lpad(to_hex(n), 12, '0'))::uuid $$;

INSERT INTO esbank.tellers (teller_id, provisioned_at, barred, key_state, position)
SELECT pg_temp.id(1, n), now(), n % 97 = 0, 'first', n FROM generate_series(1, 1000) n;
INSERT INTO esbank.teller_days (teller_id, business_day, withdrawals, dispensed, reversed, declined, suspect, position)
SELECT pg_temp.id(1, n), current_date - day, 100 + n % 50, 700000, 0, 3, n % 2, n
  FROM generate_series(1, 1000) n, generate_series(0, 59) day;
INSERT INTO esbank.cassette_levels (teller_id, denomination, notes, position)
SELECT pg_temp.id(1, n), denomination, (n * 7 + denomination) % 1500, n
  FROM generate_series(1, 1000) n, unnest(ARRAY[10000, 5000, 2000, 1000]) denomination;
INSERT INTO esbank.alerts (handler, subject, teller_id, message, position, raised_at)
SELECT 'low_cash', teller_id || ' ' || denomination, teller_id, 'few notes of ' || denomination || ' are left', 1, now()
  FROM esbank.cassette_levels WHERE notes < 100;

INSERT INTO esbank.accounts (account_id, owner, status, balance, opening, deposits, withdrawals, reversals, daily_limit,
                             daily_count, cards, version, opened_at, updated_at, position)
SELECT pg_temp.id(2, n), 'Owner ' || n, 'open', n * 7, 0, 0, 0, 0, 100000, 0, 1, 3,
       now() - n * interval '1 s', now(), n
  FROM generate_series(1, 100000) n;

INSERT INTO esbank.withdrawals (withdrawal_id, teller_id, account_id, amount, state, taken, reversed, initiated_at, withdrawn_at,
                                confirm_by, ended_at, source, position)
SELECT pg_temp.id(3, n), pg_temp.id(1, 1 + n % 1000), pg_temp.id(2, 1 + n % 100000), 2000 + n % 20 * 1000,
       CASE WHEN n % 1792 = 0 THEN 'suspect' WHEN n > :rows - 100 THEN 'dispensing' ELSE 'completed' END, 2000, 0,
       now() - (:rows - n) * interval '3 s', now(), now() + interval '60 s', NULL, 'deadline', n
  FROM generate_series(1, :rows) n;

INSERT INTO esbank.statement (account_id, position, at, kind, amount, balance, correlation_id, teller_id)
SELECT pg_temp.id(2, 1 + n % 100000), n, now() - (:rows - n) * interval '3 s', 'withdrawal', -2000, 100000,
       pg_temp.id(3, n), pg_temp.id(1, 1 + n % 1000)
  FROM generate_series(1, :rows) n;

INSERT INTO esbank.events (position, stream_id, stream_version, event_id, event_type, causation_id, correlation_id, data,
                           metadata, created_at, hash)
SELECT n, CASE n % 2 WHEN 0 THEN 'account-' || pg_temp.id(2, 1 + n / 2 % 100000) ELSE 'teller-' || pg_temp.id(1, 1 + n / 2 % 1000) END,
       n, pg_temp.id(4, n), CASE n % 2 WHEN 0 THEN 'Accounts.MoneyWithdrawn' ELSE 'Teller.MoneyWithdrawn' END,
       pg_temp.id(5, n), pg_temp.id(3, n / 2), '{"amount":2000}', '{"actor":"bank","schema":1}',
       now() - (2 * :rows - n) * interval '1 s', decode(repeat('00', 32), 'hex')
  FROM generate_series(1, 2 * :rows) n;
ANALYZE;
