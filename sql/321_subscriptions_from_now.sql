CREATE TRIGGER subscriptions_from_now AFTER INSERT ON esbank.subscriptions
    FOR EACH ROW WHEN (NEW.position > 0) EXECUTE FUNCTION esbank.subscription_from_now();
