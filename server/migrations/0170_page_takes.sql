-- The version of the page since which it takes what it takes now. Readers who are there are told of that
-- by itself: the comments that they see stand as they did.
ALTER TABLE page ADD COLUMN takes_from INTEGER NOT NULL DEFAULT 0;
DROP TRIGGER page_set;
CREATE TRIGGER page_set AFTER UPDATE OF closed, read_only, slow_seconds, close_after_days ON page
WHEN OLD.closed IS NOT NEW.closed OR OLD.read_only <> NEW.read_only
    OR OLD.slow_seconds <> NEW.slow_seconds OR OLD.close_after_days IS NOT NEW.close_after_days
BEGIN
    UPDATE page SET version = version + 1, takes_from = version + 1 WHERE id = NEW.id;
END;
