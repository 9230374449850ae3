-- Settles the open alerts of these subjects.
CREATE FUNCTION esbank.alerts_clear(by_handler text, subjects text[], positions bigint[], times timestamptz[])
RETURNS void LANGUAGE plpgsql AS $$
BEGIN -- in plpgsql, whose plans are kept; and mostly there is nothing to settle
    IF NOT EXISTS (SELECT FROM esbank.alerts a
                    WHERE a.handler = by_handler AND a.cleared_position IS NULL AND a.subject = ANY (subjects)) THEN
        RETURN;
    END IF;
    UPDATE esbank.alerts a SET cleared_position = c.position, cleared_at = c.at
      FROM (SELECT DISTINCT ON (u.subject) u.subject, u.position, u.at
              FROM unnest(subjects, positions, times) AS u (subject, position, at)
             ORDER BY u.subject, u.position) AS c
     WHERE a.handler = by_handler AND a.subject = c.subject AND a.cleared_position IS NULL
       AND a.position < c.position;
END $$;
COMMENT ON FUNCTION esbank.alerts_clear(text, text[], bigint[], timestamptz[]) IS
  'Settles the open alerts of these subjects that were raised before those positions.';
