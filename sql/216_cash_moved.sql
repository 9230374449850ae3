-- Counts notes into or out of cassettes, in the order of the events, and raises or clears the alerts of low_cash.
--
-- One call holds either only fillings or only removals, so a level only rises or only falls within it. Many rows
-- may concern few cassettes: each cassette is looked up once.
CREATE OR REPLACE FUNCTION esbank.cash_moved(filling boolean, low bigint, tellers uuid[], denominations bigint[],
                                             changes bigint[], positions bigint[], times timestamptz[])
RETURNS void LANGUAGE plpgsql AS $$
BEGIN -- in plpgsql, whose plans are kept
    WITH step AS NOT MATERIALIZED (
        SELECT unnest(tellers) AS teller_id, unnest(denominations) AS denomination, unnest(changes) AS change,
               unnest(positions) AS position, unnest(times) AS at
    ), known AS MATERIALIZED (
        SELECT s.*, coalesce(l.notes, 0) AS notes, coalesce(l.position, 0) AS position
          FROM (SELECT teller_id, denomination, sum(change) AS change, min(position) AS first, max(position) AS last
                  FROM step GROUP BY teller_id, denomination) AS s
          LEFT JOIN esbank.cassette_levels l USING (teller_id, denomination)
    ), total AS MATERIALIZED ( -- rows are told apart only where some were counted before
        SELECT teller_id, denomination, last AS position, notes + change AS notes FROM known WHERE first > position
         UNION ALL
        SELECT teller_id, denomination, k.last, k.notes + sum(s.change)
          FROM known k JOIN step s USING (teller_id, denomination)
         WHERE k.first <= k.position AND s.position > k.position
         GROUP BY teller_id, denomination, k.last, k.notes
    ), moved AS MATERIALIZED ( -- step by step, where that can matter: then only is an alert raised or cleared
        SELECT teller_id, denomination, s.position, s.at,
               k.notes + sum(s.change) OVER (PARTITION BY teller_id, denomination ORDER BY s.position) AS notes
          FROM step s JOIN known k USING (teller_id, denomination)
         WHERE s.position > k.position AND (filling OR EXISTS (SELECT FROM total t WHERE t.notes < low))
    ), fallen AS MATERIALIZED (
        SELECT DISTINCT ON (teller_id, denomination) *
          FROM moved WHERE notes < low ORDER BY teller_id, denomination, position
    ), full_again AS MATERIALIZED (
        SELECT DISTINCT ON (teller_id, denomination) *
          FROM moved WHERE filling AND notes >= low ORDER BY teller_id, denomination, position
    ), counted AS (
        INSERT INTO esbank.cassette_levels AS l (teller_id, denomination, notes, position)
        SELECT teller_id, denomination, notes, position FROM total
            ON CONFLICT (teller_id, denomination) DO UPDATE SET notes = EXCLUDED.notes, position = EXCLUDED.position
    ), cleared AS (
        UPDATE esbank.alerts a SET cleared_position = f.position, cleared_at = f.at
          FROM full_again f
         WHERE a.handler = 'low_cash' AND a.subject = f.teller_id || ' ' || f.denomination
           AND a.cleared_position IS NULL
    )
    INSERT INTO esbank.alerts (handler, subject, teller_id, message, position, raised_at, cleared_position, cleared_at)
    SELECT 'low_cash', m.subject, teller_id,
           format('%s notes of %s are left, fewer than %s: replenish this machine', m.notes,
                  to_char(denomination / 100.0, 'FM999999990.00'), low),
           m.position, m.at, f.position, f.at
      FROM (SELECT *, teller_id || ' ' || denomination AS subject FROM fallen) AS m
      LEFT JOIN full_again f USING (teller_id, denomination)
     WHERE NOT EXISTS (SELECT FROM esbank.alerts a WHERE a.handler = 'low_cash' AND a.subject = m.subject
                                                     AND a.cleared_position IS NULL)
     ORDER BY m.subject
        ON CONFLICT DO NOTHING;
END $$;
COMMENT ON FUNCTION esbank.cash_moved(boolean, bigint, uuid[], bigint[], bigint[], bigint[], timestamptz[]) IS
  'Counts notes into (filling) or out of cassettes; a cassette that falls below low gets one alert until a filling clears it.';
