-- What was seen of a Sitoo account, such as that its orders carry instrument ids.
CREATE TABLE account_facts (
  tenant TEXT NOT NULL,
  account_id INTEGER NOT NULL,
  fact TEXT NOT NULL CHECK (fact IN ('orders_carry_instruments')),
  first_seen INTEGER NOT NULL,
  PRIMARY KEY (tenant, account_id, fact)
) STRICT, WITHOUT ROWID;
