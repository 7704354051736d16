-- What a comment may show again counts as shown: its earlier texts, and what it said before it was
-- deleted, for as long as that can be taken back. Names are read out of the HTML and looked up, so that
-- it takes no longer with many images than with few.
DROP TRIGGER image_used;
DROP TRIGGER image_changed;

CREATE VIEW image_source AS
    SELECT id AS comment_id, html FROM comment
    UNION ALL SELECT comment_id, html FROM version
    UNION ALL SELECT comment_id, html FROM trash;

CREATE VIEW image_named AS
    SELECT comment_id, substr(piece.value, 1, 32) AS hash
    FROM image_source,
        json_each('[' || replace(json_quote(html), '/images/', '","') || ']') AS piece
    WHERE instr(html, '<img ') AND piece.key > 0;

INSERT OR IGNORE INTO image_use (hash, comment_id)
SELECT hash, comment_id FROM image_named WHERE hash IN (SELECT hash FROM image);

CREATE TRIGGER image_used AFTER INSERT ON comment WHEN instr(NEW.html, '<img ') BEGIN
    INSERT OR IGNORE INTO image_use (hash, comment_id)
    SELECT hash, comment_id FROM image_named
    WHERE comment_id = NEW.id AND hash IN (SELECT hash FROM image);
END;

CREATE TRIGGER image_changed AFTER UPDATE OF html ON comment
WHEN instr(OLD.html, '<img ') OR instr(NEW.html, '<img ') BEGIN
    DELETE FROM image_use WHERE comment_id = OLD.id;
    INSERT OR IGNORE INTO image_use (hash, comment_id)
    SELECT hash, comment_id FROM image_named
    WHERE comment_id = NEW.id AND hash IN (SELECT hash FROM image);
END;

CREATE TRIGGER image_erased AFTER DELETE ON trash WHEN instr(OLD.html, '<img ') BEGIN
    DELETE FROM image_use WHERE comment_id = OLD.comment_id;
    INSERT OR IGNORE INTO image_use (hash, comment_id)
    SELECT hash, comment_id FROM image_named
    WHERE comment_id = OLD.comment_id AND hash IN (SELECT hash FROM image);
END;

CREATE TRIGGER image_outdated AFTER DELETE ON version WHEN instr(OLD.html, '<img ') BEGIN
    DELETE FROM image_use WHERE comment_id = OLD.comment_id;
    INSERT OR IGNORE INTO image_use (hash, comment_id)
    SELECT hash, comment_id FROM image_named
    WHERE comment_id = OLD.comment_id AND hash IN (SELECT hash FROM image);
END;
