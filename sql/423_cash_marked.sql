-- Sets low marks, one after the other: there are few of them. Answers the alerts that it raised
-- and cleared.
CREATE FUNCTION esbank.cash_marked(tellers uuid[], denominations bigint[], marks bigint[],
                                   positions bigint[], times timestamptz[])
RETURNS TABLE (what text, about text, because bigint, said text) LANGUAGE plpgsql AS $$
DECLARE
    mark record;
    level bigint;
BEGIN
    FOR mark IN SELECT unnest(tellers) AS teller_id, unnest(denominations) AS denomination,
                       unnest(marks) AS low, unnest(positions) AS position, unnest(times) AS at LOOP
        INSERT INTO esbank.cassette_levels AS l (teller_id, denomination, notes, position, low,
                                                 low_position)
        VALUES (mark.teller_id, mark.denomination, 0, 0, mark.low, mark.position)
            ON CONFLICT (teller_id, denomination)
            DO UPDATE SET low = EXCLUDED.low, low_position = EXCLUDED.low_position
             WHERE l.low_position < EXCLUDED.low_position
        RETURNING l.notes INTO level;
        CONTINUE WHEN NOT FOUND; -- it comes again
        IF level >= mark.low THEN
            RETURN QUERY
            SELECT c.* FROM esbank.alerts_clear('low_cash',
                ARRAY[mark.teller_id || ' ' || mark.denomination], ARRAY[mark.position],
                ARRAY[mark.at]) AS c;
        ELSE
            RETURN QUERY
            SELECT r.* FROM esbank.alerts_raise('low_cash',
                ARRAY[mark.teller_id || ' ' || mark.denomination], ARRAY[mark.teller_id],
                ARRAY[esbank.low_cash_message(level, mark.denomination, mark.low)],
                ARRAY[mark.position], ARRAY[mark.at]) AS r;
        END IF;
    END LOOP;
END $$;
COMMENT ON FUNCTION esbank.cash_marked(uuid[], bigint[], bigint[], bigint[], timestamptz[]) IS
  'Sets the low marks of these machines'' denominations, and raises or clears their alerts.';
