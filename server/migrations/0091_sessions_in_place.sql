-- Under an article: the origin of the pages that the session is for alone.
ALTER TABLE session ADD COLUMN origin TEXT;
