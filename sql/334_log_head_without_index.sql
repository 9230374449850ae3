-- The head's row is found by the page it is stored on: 330_log_head_move.sql says why.
ALTER TABLE esbank.log_head DROP CONSTRAINT log_head_pkey, REPLICA IDENTITY FULL;
DROP TRIGGER log_head_stays ON esbank.log_head;
CREATE TRIGGER log_head_stays BEFORE INSERT OR DELETE OR TRUNCATE ON esbank.log_head
    FOR EACH STATEMENT EXECUTE FUNCTION esbank.refuse_change();
