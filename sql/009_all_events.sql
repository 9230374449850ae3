-- For people: the log, with what is hidden in metadata laid open.
CREATE VIEW esbank.all_events AS
SELECT position,
       created_at,
       stream_id,
       stream_version,
       event_type,
       CASE WHEN event_type ~ '^Teller\.(Withdrawal|Deposit|Money|Cash|Dispense)'
              OR (event_type LIKE 'Accounts.%' AND metadata->>'parent' IS NOT NULL)
            THEN correlation_id END AS withdrawal,
       metadata->>'command'         AS command,
       metadata->>'actor'           AS actor,
       causation_id,
       correlation_id,
       data,
       event_id
  FROM esbank.events;
COMMENT ON VIEW esbank.all_events IS 'The log for reading: SELECT * FROM esbank.all_events ORDER BY position DESC LIMIT 20';
COMMENT ON COLUMN esbank.all_events.withdrawal IS 'The withdrawal, or the deposit at a machine, it belongs to, if any.';
COMMENT ON COLUMN esbank.all_events.command IS 'The kind of command that produced it.';
COMMENT ON COLUMN esbank.all_events.actor IS 'Who sent the command: a terminal, an operator, or the bank itself.';
