-- Each level has its own low mark.
CREATE OR REPLACE FUNCTION esbank.cash_moved(filling boolean, low bigint, tellers uuid[],
                                  denominations bigint[], changes bigint[], positions bigint[],
                                  times timestamptz[])
RETURNS TABLE (what text, about text, because bigint, said text) LANGUAGE plpgsql AS $$
BEGIN
    RETURN QUERY
    WITH step AS NOT MATERIALIZED (
        SELECT unnest(tellers) AS teller_id, unnest(denominations) AS denomination,
               unnest(changes) AS change, unnest(positions) AS position, unnest(times) AS at
    ), known AS MATERIALIZED (
        SELECT s.*, coalesce(l.notes, 0) AS notes, coalesce(l.position, 0) AS position,
               coalesce(l.low, cash_moved.low) AS low
          FROM (SELECT teller_id, denomination, sum(change) AS change, min(position) AS first,
                       max(position) AS last
                  FROM step GROUP BY teller_id, denomination) AS s
          LEFT JOIN esbank.cassette_levels l USING (teller_id, denomination)
    ), total AS MATERIALIZED (
        SELECT teller_id, denomination, last AS position, notes + change AS notes, known.low
          FROM known WHERE first > position
         UNION ALL
        SELECT teller_id, denomination, k.last, k.notes + sum(s.change), k.low
          FROM known k JOIN step s USING (teller_id, denomination)
         WHERE k.first <= k.position AND s.position > k.position
         GROUP BY teller_id, denomination, k.last, k.notes, k.low
    ), moved AS MATERIALIZED (
        SELECT teller_id, denomination, teller_id || ' ' || denomination AS subject, s.position,
               s.at, k.low, k.notes + sum(s.change) OVER (PARTITION BY teller_id, denomination
                                                   ORDER BY s.position) AS notes
          FROM step s JOIN known k USING (teller_id, denomination)
         WHERE s.position > k.position
           AND (filling OR EXISTS (SELECT FROM total t WHERE t.notes < t.low))
    ), fallen AS MATERIALIZED (
        SELECT DISTINCT ON (subject) * FROM moved WHERE notes < moved.low ORDER BY subject, position
    ), full_again AS MATERIALIZED (
        SELECT DISTINCT ON (subject) *
          FROM moved WHERE filling AND notes >= moved.low ORDER BY subject, position
    ), counted AS (
        INSERT INTO esbank.cassette_levels AS l (teller_id, denomination, notes, position)
        SELECT teller_id, denomination, notes, position FROM total
            ON CONFLICT (teller_id, denomination)
            DO UPDATE SET notes = EXCLUDED.notes, position = EXCLUDED.position
    ), cleared AS (
        UPDATE esbank.alerts a SET cleared_position = f.position, cleared_at = f.at
          FROM full_again f
         WHERE a.handler = 'low_cash' AND a.subject = f.subject AND a.cleared_position IS NULL
        RETURNING 'cleared' AS what, a.subject, a.cleared_position, a.message
    ), raised AS (
        INSERT INTO esbank.alerts AS r (handler, subject, teller_id, message, position, raised_at,
                                        cleared_position, cleared_at)
        SELECT 'low_cash', m.subject, m.teller_id,
               esbank.low_cash_message(m.notes::bigint, m.denomination, m.low),
               m.position, m.at, f.position, f.at
          FROM fallen m LEFT JOIN full_again f USING (subject)
         WHERE NOT EXISTS (SELECT FROM esbank.alerts a
                            WHERE a.handler = 'low_cash' AND a.subject = m.subject
                              AND a.cleared_position IS NULL)
         ORDER BY m.subject
            ON CONFLICT DO NOTHING
        RETURNING 'raised' AS what, r.subject, r.position, r.message, r.cleared_position
    )
    SELECT r.what, r.subject, r.position, r.message FROM raised r
     UNION ALL
    SELECT 'cleared', r.subject, r.cleared_position, r.message
      FROM raised r WHERE r.cleared_position IS NOT NULL
     UNION ALL
    SELECT c.what, c.subject, c.cleared_position, c.message FROM cleared c;
END $$;
