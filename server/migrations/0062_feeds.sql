-- Counts the secret addresses of a moderator's feed: only the latest is good.
ALTER TABLE moderator_mail ADD COLUMN feed INTEGER NOT NULL DEFAULT 0;
