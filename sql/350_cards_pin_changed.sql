-- When a card's holder last chose another PIN.
ALTER TABLE esbank.cards ADD COLUMN pin_changed_at timestamptz;

COMMENT ON COLUMN esbank.cards.pin_changed_at IS 'When its holder last changed the PIN at a machine; null: never.';
