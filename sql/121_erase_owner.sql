-- Erases an account's owner: shreds the data key, and forgets the keyed hash by which somebody with the bank's
-- keys could still try names. That command then fits any content (see commands.content) and is answered as before.
CREATE FUNCTION esbank.erase_owner(account uuid) RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
    opened record;
BEGIN
    SELECT causation_id, data->>'owner' LIKE 'sealed:v1:%' AS sealed INTO opened FROM esbank.events
     WHERE stream_id = 'account-' || account AND stream_version = 1;
    IF NOT FOUND THEN
        RETURN 'unknown';
    END IF;
    UPDATE esbank.data_keys SET wrapped = NULL, shredded_at = now() WHERE account_id = account AND wrapped IS NOT NULL;
    IF FOUND THEN
        UPDATE esbank.commands SET content = decode(repeat('00', length(content)), 'hex')
         WHERE command_id = opened.causation_id;
        RETURN 'erased';
    END IF;
    PERFORM FROM esbank.data_keys WHERE account_id = account;
    RETURN CASE WHEN FOUND THEN 'already' WHEN opened.sealed THEN 'keyless' ELSE 'clear' END;
END $$;
COMMENT ON FUNCTION esbank.erase_owner(uuid) IS
  'Erases the name of an account''s owner for ever. Says erased, already, unknown (no such account), clear (the name stands in the log itself) or keyless (the key was never here).';
