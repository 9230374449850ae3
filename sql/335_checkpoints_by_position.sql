-- 331_one_a_name.sql says why.
ALTER TABLE esbank.projections DROP CONSTRAINT projections_pkey, REPLICA IDENTITY FULL;
CREATE INDEX projections_name_position ON esbank.projections (name, position);
CREATE TRIGGER projections_one_a_name BEFORE INSERT ON esbank.projections
    FOR EACH ROW EXECUTE FUNCTION esbank.one_a_name();

ALTER TABLE esbank.subscriptions DROP CONSTRAINT subscriptions_pkey, REPLICA IDENTITY FULL;
CREATE INDEX subscriptions_name_position ON esbank.subscriptions (name, position);
CREATE TRIGGER subscriptions_one_a_name BEFORE INSERT ON esbank.subscriptions
    FOR EACH ROW EXECUTE FUNCTION esbank.one_a_name();
