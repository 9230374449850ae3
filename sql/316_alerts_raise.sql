-- Raises alerts, each unless one of its subject was open at that event: so an event may come twice.
-- Gives those that were raised.
DROP FUNCTION esbank.alerts_raise(text, text[], uuid[], text[], bigint[], timestamptz[]);
CREATE FUNCTION esbank.alerts_raise(by_handler text, subjects text[], tellers uuid[],
                                    messages text[], positions bigint[], times timestamptz[])
RETURNS TABLE (what text, about text, because bigint, said text) LANGUAGE plpgsql AS $$
BEGIN -- in plpgsql, whose plans are kept
    RETURN QUERY
    INSERT INTO esbank.alerts AS raised (handler, subject, teller_id, message, position,
                                         raised_at)
    SELECT by_handler, r.subject, r.teller_id, r.message, r.position, r.at
      FROM unnest(subjects, tellers, messages, positions, times) WITH ORDINALITY
           AS r (subject, teller_id, message, position, at, place)
     WHERE NOT EXISTS (SELECT FROM esbank.alerts a
                        WHERE a.handler = by_handler AND a.subject = r.subject
                          AND a.position <= r.position
                          AND coalesce(a.cleared_position > r.position, true))
     ORDER BY r.place
        ON CONFLICT DO NOTHING
    RETURNING 'raised', raised.subject, raised.position, raised.message;
END $$;
COMMENT ON FUNCTION esbank.alerts_raise(text, text[], uuid[], text[], bigint[], timestamptz[])
IS
  'Raises one alert an element, unless its subject has one that is open at that position.';
