-- Images that readers have sent, as the server has made them anew.
CREATE TABLE image (
    -- The beginning of the SHA-256 of its bytes, in hexadecimal.
    hash    TEXT    NOT NULL PRIMARY KEY,
    bytes   BLOB    NOT NULL,
    -- When it was sent the last time.
    created INTEGER NOT NULL
) STRICT;

CREATE INDEX image_age ON image (created);

-- Which comments show it. By triggers, so that no statement can forget it.
CREATE TABLE image_use (
    hash       TEXT NOT NULL,
    comment_id TEXT NOT NULL,
    PRIMARY KEY (hash, comment_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX image_use_comment ON image_use (comment_id);

CREATE TRIGGER image_used AFTER INSERT ON comment WHEN instr(NEW.html, '<img ') BEGIN
    INSERT OR IGNORE INTO image_use (hash, comment_id)
    SELECT hash, NEW.id FROM image WHERE instr(NEW.html, '/images/' || hash);
END;

CREATE TRIGGER image_changed AFTER UPDATE OF html ON comment
WHEN instr(OLD.html, '<img ') OR instr(NEW.html, '<img ') BEGIN
    DELETE FROM image_use WHERE comment_id = OLD.id;
    INSERT OR IGNORE INTO image_use (hash, comment_id)
    SELECT hash, NEW.id FROM image WHERE instr(NEW.html, '/images/' || hash);
END;

CREATE TRIGGER image_unused AFTER DELETE ON comment BEGIN
    DELETE FROM image_use WHERE comment_id = OLD.id;
END;
