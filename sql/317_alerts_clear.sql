-- Settles the open alerts of these subjects. Gives those that were settled.
DROP FUNCTION esbank.alerts_clear(text, text[], bigint[], timestamptz[]);
CREATE FUNCTION esbank.alerts_clear(by_handler text, subjects text[], positions bigint[],
                                    times timestamptz[])
RETURNS TABLE (what text, about text, because bigint, said text) LANGUAGE plpgsql AS $$
BEGIN -- in plpgsql, whose plans are kept; and mostly there is nothing to settle
    IF NOT EXISTS (SELECT FROM esbank.alerts a
                    WHERE a.handler = by_handler AND a.cleared_position IS NULL
                      AND a.subject = ANY (subjects)) THEN
        RETURN;
    END IF;
    RETURN QUERY
    UPDATE esbank.alerts a SET cleared_position = c.position, cleared_at = c.at
      FROM (SELECT DISTINCT ON (u.subject) u.subject, u.position, u.at
              FROM unnest(subjects, positions, times) AS u (subject, position, at)
             ORDER BY u.subject, u.position) AS c
     WHERE a.handler = by_handler AND a.subject = c.subject AND a.cleared_position IS NULL
       AND a.position < c.position
    RETURNING 'cleared', a.subject, a.cleared_position, a.message;
END $$;
COMMENT ON FUNCTION esbank.alerts_clear(text, text[], bigint[], timestamptz[]) IS
  'Settles the open alerts of these subjects that were raised before those positions.';
