-- As before, of all the names that the account's owner has had.
CREATE OR REPLACE FUNCTION esbank.erase_owner(account uuid) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    sealed boolean;
BEGIN
    SELECT data->>'owner' LIKE 'sealed:v1:%' INTO sealed FROM esbank.events
     WHERE stream_id = 'account-' || account AND stream_version = 1;
    IF NOT FOUND THEN
        RETURN 'unknown';
    END IF;
    UPDATE esbank.data_keys SET wrapped = NULL, seal = NULL, shredded_at = now()
     WHERE account_id = account AND wrapped IS NOT NULL;
    IF FOUND THEN
        UPDATE esbank.commands SET content = decode(repeat('00', length(content)), 'hex')
         WHERE command_id IN (SELECT k.command_id FROM esbank.data_keys k WHERE k.account_id = account);
        RETURN 'erased';
    END IF;
    PERFORM FROM esbank.data_keys WHERE account_id = account;
    RETURN CASE WHEN FOUND THEN 'already' WHEN sealed THEN 'keyless' ELSE 'clear' END;
END $$;
REVOKE ALL ON FUNCTION esbank.erase_owner(uuid) FROM PUBLIC;
