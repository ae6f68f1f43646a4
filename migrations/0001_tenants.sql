-- Times are epoch milliseconds. Secrets in documents and payloads are never in clear.

-- A removed tenant keeps its row, so that version numbers are never given twice.
CREATE TABLE tenants (
  name TEXT PRIMARY KEY,
  version INTEGER NOT NULL,
  revision INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  removed_at INTEGER
) STRICT, WITHOUT ROWID;

-- version is NOT NULL on purpose: the compare-and-set writes NULL there to fail the batch.
CREATE TABLE tenant_versions (
  tenant TEXT NOT NULL,
  version INTEGER NOT NULL,
  document TEXT NOT NULL,
  sha256 TEXT NOT NULL,
  note TEXT NOT NULL DEFAULT '',
  created_at INTEGER NOT NULL,
  PRIMARY KEY (tenant, version)
) STRICT;

CREATE TABLE credentials (
  tenant TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('spi', 'events')),
  username TEXT NOT NULL,
  sha256 TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  expires_at INTEGER,
  last_used_day TEXT,
  PRIMARY KEY (tenant, kind, username)
) STRICT, WITHOUT ROWID;

-- What could not be delivered, for a person to read and replay.
CREATE TABLE dead_letters (
  id TEXT PRIMARY KEY,
  tenant TEXT NOT NULL,
  kind TEXT NOT NULL,
  reason TEXT NOT NULL,
  field TEXT,
  account_id INTEGER,
  site_id INTEGER,
  order_id INTEGER,
  receipt_number TEXT,
  destination TEXT,
  payload TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  replayed_at INTEGER
) STRICT;

CREATE INDEX dead_letters_by_tenant ON dead_letters (tenant, replayed_at, created_at);
CREATE INDEX dead_letters_by_order ON dead_letters (tenant, order_id);
CREATE INDEX dead_letters_by_expiry ON dead_letters (expires_at);

-- Shapes of first-seen requests, never values (`capture: shapes`).
CREATE TABLE shapes (
  tenant TEXT NOT NULL,
  surface TEXT NOT NULL,
  operation TEXT NOT NULL,
  shape_hash TEXT NOT NULL,
  shape TEXT NOT NULL,
  first_seen INTEGER NOT NULL,
  PRIMARY KEY (tenant, surface, operation, shape_hash)
) STRICT;

-- channel '' stands for all channels.
CREATE TABLE pauses (
  tenant TEXT NOT NULL,
  channel TEXT NOT NULL DEFAULT '',
  what TEXT NOT NULL CHECK (what IN ('redeem', 'orders', 'all')),
  created_at INTEGER NOT NULL,
  PRIMARY KEY (tenant, channel, what)
) STRICT, WITHOUT ROWID;
