-- Erases an account's owner: shreds the data key with its seal, and forgets the keyed hash by which somebody with the
-- bank's keys could still try names. That command then fits any content (see commands.content) and is answered as
-- before. No seal of the log covers that hash, so they all hold as before.
CREATE OR REPLACE FUNCTION esbank.erase_owner(account uuid) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    opened record;
BEGIN
    SELECT causation_id, data->>'owner' LIKE 'sealed:v1:%' AS sealed INTO opened FROM esbank.events
     WHERE stream_id = 'account-' || account AND stream_version = 1;
    IF NOT FOUND THEN
        RETURN 'unknown';
    END IF;
    UPDATE esbank.data_keys SET wrapped = NULL, seal = NULL, shredded_at = now()
     WHERE account_id = account AND wrapped IS NOT NULL;
    IF FOUND THEN
        UPDATE esbank.commands SET content = decode(repeat('00', length(content)), 'hex')
         WHERE command_id = opened.causation_id;
        RETURN 'erased';
    END IF;
    PERFORM FROM esbank.data_keys WHERE account_id = account;
    RETURN CASE WHEN FOUND THEN 'already' WHEN opened.sealed THEN 'keyless' ELSE 'clear' END;
END $$;
REVOKE ALL ON FUNCTION esbank.erase_owner(uuid) FROM PUBLIC;
