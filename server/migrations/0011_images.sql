-- An image's whole name, which tells its size and kind: no other is taken for it. Empty for those that
-- were sent before it was kept, until the server begins the next time.
ALTER TABLE image ADD COLUMN name TEXT NOT NULL DEFAULT '';
