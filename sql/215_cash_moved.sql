-- Counts notes into or out of cassettes, in the order of the events, and raises or clears the alerts of low_cash.
--
-- One call holds either only fillings or only removals, so a level only rises or only falls within it.
CREATE FUNCTION esbank.cash_moved(filling boolean, low bigint, tellers uuid[], denominations bigint[],
                                  changes bigint[], positions bigint[], times timestamptz[])
RETURNS void LANGUAGE plpgsql AS $$
BEGIN -- in plpgsql, whose plans are kept
    WITH total AS MATERIALIZED (
        SELECT teller_id, denomination, coalesce(l.notes, 0) + sum(m.change) AS notes, max(m.position) AS position
          FROM unnest(tellers, denominations, changes, positions)
               AS m (teller_id, denomination, change, position)
          LEFT JOIN esbank.cassette_levels l USING (teller_id, denomination)
         WHERE m.position > coalesce(l.position, 0)
         GROUP BY teller_id, denomination, l.notes
    ), moved AS MATERIALIZED ( -- step by step, where that can matter: then only is an alert raised or cleared
        SELECT teller_id, denomination, m.position, m.at, teller_id || ' ' || denomination AS subject,
               coalesce(l.notes, 0)
                   + sum(m.change) OVER (PARTITION BY teller_id, denomination ORDER BY m.position) AS notes
          FROM unnest(tellers, denominations, changes, positions, times)
               AS m (teller_id, denomination, change, position, at)
          LEFT JOIN esbank.cassette_levels l USING (teller_id, denomination)
         WHERE m.position > coalesce(l.position, 0) AND (filling OR EXISTS (SELECT FROM total t WHERE t.notes < low))
    ), counted AS (
        INSERT INTO esbank.cassette_levels AS l (teller_id, denomination, notes, position)
        SELECT teller_id, denomination, notes, position FROM total
            ON CONFLICT (teller_id, denomination) DO UPDATE SET notes = EXCLUDED.notes, position = EXCLUDED.position
    ), cleared AS (
        UPDATE esbank.alerts a SET cleared_position = full_again.position, cleared_at = full_again.at
          FROM (SELECT DISTINCT ON (subject) subject, position, at
                  FROM moved WHERE filling AND notes >= low ORDER BY subject, position) AS full_again
         WHERE a.handler = 'low_cash' AND a.subject = full_again.subject AND a.cleared_position IS NULL
    )
    INSERT INTO esbank.alerts (handler, subject, teller_id, message, position, raised_at, cleared_position, cleared_at)
    SELECT DISTINCT ON (m.subject) 'low_cash', m.subject, m.teller_id,
           format('%s notes of %s are left, fewer than %s: replenish this machine', m.notes,
                  to_char(m.denomination / 100.0, 'FM999999990.00'), low),
           m.position, m.at, full_again.position, full_again.at
      FROM moved m
      LEFT JOIN moved full_again ON filling AND full_again.subject = m.subject AND full_again.notes >= low
     WHERE m.notes < low
       AND NOT EXISTS (SELECT FROM esbank.alerts a WHERE a.handler = 'low_cash' AND a.subject = m.subject
                                                     AND a.cleared_position IS NULL)
     ORDER BY m.subject, m.position, full_again.position
        ON CONFLICT DO NOTHING;
END $$;
COMMENT ON FUNCTION esbank.cash_moved(boolean, bigint, uuid[], bigint[], bigint[], bigint[], timestamptz[]) IS
  'Counts notes into (filling) or out of cassettes; a cassette that falls below low gets one alert until a filling clears it.';
