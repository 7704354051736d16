-- Counted up by whatever changes what readers see of a page: what was made of it before is outdated
-- then. By triggers, so that no statement can forget it, be it an owner's own.
ALTER TABLE page ADD COLUMN version INTEGER NOT NULL DEFAULT 0;

CREATE TRIGGER comment_inserted AFTER INSERT ON comment BEGIN
    UPDATE page SET version = version + 1 WHERE id = NEW.page_id;
END;

CREATE TRIGGER comment_updated AFTER UPDATE ON comment BEGIN
    UPDATE page SET version = version + 1 WHERE id IN (OLD.page_id, NEW.page_id);
END;

CREATE TRIGGER comment_deleted AFTER DELETE ON comment BEGIN
    UPDATE page SET version = version + 1 WHERE id = OLD.page_id;
END;

CREATE TRIGGER page_updated AFTER UPDATE OF site, key, title, url, comment_count ON page BEGIN
    UPDATE page SET version = version + 1 WHERE id = NEW.id;
END;
