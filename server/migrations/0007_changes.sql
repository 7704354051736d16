-- The page's versions that a comment made when it came, and when it changed last: what has changed
-- since a version is read by them. 0 for what was there before this was counted. By triggers, so that
-- no statement can forget it.
ALTER TABLE comment ADD COLUMN came INTEGER NOT NULL DEFAULT 0;
ALTER TABLE comment ADD COLUMN changed INTEGER NOT NULL DEFAULT 0;
CREATE INDEX comment_changed ON comment (page_id, changed);

-- The version from which on all changes are known: a row that was removed can't tell of it.
ALTER TABLE page ADD COLUMN changes_from INTEGER NOT NULL DEFAULT 0;

CREATE TRIGGER comment_inserted_changed AFTER INSERT ON comment BEGIN
    UPDATE page SET version = version + 1 WHERE id = NEW.page_id;
    UPDATE comment SET (came, changed) =
            (SELECT version, version FROM page WHERE id = NEW.page_id)
        WHERE id = NEW.id;
END;

CREATE TRIGGER comment_updated_changed AFTER UPDATE ON comment WHEN NEW.changed = OLD.changed BEGIN
    UPDATE page SET version = version + 1 WHERE id = NEW.page_id;
    UPDATE comment SET changed = (SELECT version FROM page WHERE id = NEW.page_id)
        WHERE id = NEW.id;
END;

CREATE TRIGGER comment_deleted_changed AFTER DELETE ON comment BEGIN
    UPDATE page SET version = version + 1, changes_from = version + 1 WHERE id = OLD.page_id;
END;

CREATE TRIGGER comment_moved AFTER UPDATE OF page_id ON comment WHEN NEW.page_id <> OLD.page_id BEGIN
    UPDATE page SET version = version + 1, changes_from = version + 1 WHERE id = OLD.page_id;
END;
