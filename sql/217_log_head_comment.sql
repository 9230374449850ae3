COMMENT ON TABLE esbank.log_head IS
  'One row a shard (there is one): where the log ends. Every append moves it last, in its own transaction.';
