-- Every append updates the head. While another session has an old snapshot no version of its row can be cleaned up,
-- and an index would lead to all of them: so there is none, and the bank names the page where the last version is.
-- This is for when it does not know that page (its first append) or the row has been moved (VACUUM FULL).
CREATE FUNCTION esbank.log_head_move(known bigint, my_epoch bigint, new_position bigint, new_hash bytea, new_seal bytea)
RETURNS tid LANGUAGE plpgsql AS $$
DECLARE
    at tid;
BEGIN
    UPDATE esbank.log_head h
       SET position = CASE WHEN h.position = known AND h.epoch = my_epoch THEN new_position
                           ELSE esbank.superseded(h.position, h.epoch, known, my_epoch) END,
           hash = new_hash, seal = new_seal
     WHERE h.shard = 0 RETURNING h.ctid INTO at;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'esbank.log_head has lost its row' USING ERRCODE = 'ES001';
    END IF;
    RETURN at;
END $$;
COMMENT ON FUNCTION esbank.log_head_move(bigint, bigint, bigint, bytea, bytea) IS
  'Moves the head from where this bank left it, wherever its row is stored, and says where that is now. Raises SQLSTATE ES001 when another bank has moved it.';
