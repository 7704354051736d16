-- When who is in a session has last shown that it is they, after it was opened.
ALTER TABLE session ADD COLUMN confirmed INTEGER;
