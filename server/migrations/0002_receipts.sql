-- When the edit token was first shown on the page that follows a post without a script: that link is
-- shown once.
ALTER TABLE idempotency ADD COLUMN shown INTEGER;
