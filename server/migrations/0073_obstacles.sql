-- Why the last try failed, so that it can be told in any language: a kind of obstacle, and the number
-- that was answered.
ALTER TABLE delivery ADD COLUMN obstacle TEXT;
ALTER TABLE delivery ADD COLUMN code INTEGER;
ALTER TABLE mail ADD COLUMN obstacle TEXT;
ALTER TABLE mail ADD COLUMN code INTEGER;
