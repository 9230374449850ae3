COMMENT ON COLUMN esbank.cards.masked IS
  'The number with at most its first six and last four digits, and at least six digits masked. Older rows may show more of a short number.';
