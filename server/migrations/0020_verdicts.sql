-- What was decided about a comment. `state` stays what readers see of it: a comment that is not
-- published is 'gone', or 'deleted' as long as it holds the place of replies that readers see. Its text
-- stays in the row, for moderators: whatever shows readers a tombstone leaves name, website and text
-- out. `state` is 'published' if and only if `verdict` is.
ALTER TABLE comment ADD COLUMN verdict TEXT NOT NULL DEFAULT 'published'
    CHECK (verdict IN ('published', 'pending', 'spam', 'hidden', 'deleted'));
-- Keyed hash of the network that it came from, with a salt that is forgotten after a while.
ALTER TABLE comment ADD COLUMN client BLOB;
-- Keyed hash of what shows that several comments are one person's: of a browser's secret, or of who
-- has signed in.
ALTER TABLE comment ADD COLUMN person BLOB;
-- Whether its author is told that it stands, though nobody else sees it.
ALTER TABLE comment ADD COLUMN shadowed INTEGER NOT NULL DEFAULT 0 CHECK (shadowed IN (0, 1));
-- When it was pinned to the top of its page.
ALTER TABLE comment ADD COLUMN pinned INTEGER;
-- Whether it is the owner's choice.
ALTER TABLE comment ADD COLUMN featured INTEGER NOT NULL DEFAULT 0 CHECK (featured IN (0, 1));
-- Whether its branch takes no replies any more.
ALTER TABLE comment ADD COLUMN locked INTEGER NOT NULL DEFAULT 0 CHECK (locked IN (0, 1));
-- Whether a moderator has changed its text.
ALTER TABLE comment ADD COLUMN moderated INTEGER NOT NULL DEFAULT 0 CHECK (moderated IN (0, 1));
-- Whether a check wants a moderator to look at it, though it stands.
ALTER TABLE comment ADD COLUMN flagged INTEGER NOT NULL DEFAULT 0 CHECK (flagged IN (0, 1));
-- When it was held back, and when a moderator decided about it the last time.
ALTER TABLE comment ADD COLUMN held INTEGER;
ALTER TABLE comment ADD COLUMN decided INTEGER;

-- Comments that were never published have numbers below zero: what nobody sees leaves no gaps. They
-- get one in the thread when they are.
ALTER TABLE page ADD COLUMN last_held INTEGER NOT NULL DEFAULT 0;

-- What an author has deleted comes back as what it was.
ALTER TABLE trash ADD COLUMN verdict TEXT NOT NULL DEFAULT 'published';

-- Why a comment is not published, or flagged.
CREATE TABLE reason (
    comment_id TEXT    NOT NULL REFERENCES comment (id),
    -- policy, rule:12, links, reports, ...
    check_name TEXT    NOT NULL,
    action     TEXT    NOT NULL CHECK (action IN ('flag', 'hold', 'spam', 'reject')),
    -- For moderators, in English.
    detail     TEXT    NOT NULL,
    created    INTEGER NOT NULL
) STRICT;

CREATE INDEX reason_comment ON reason (comment_id);

-- When a moderator has seen to a report.
ALTER TABLE report ADD COLUMN handled INTEGER;

-- A page's version counts what readers see. What nobody sees does not count: neither what is held, nor
-- what becomes of it until it is published. It comes for readers, then: `came` is when they first saw
-- it, or saw it again; -1 for what they have never seen, so that they are not told that it is gone.
DROP TRIGGER comment_inserted;
DROP TRIGGER comment_updated;
DROP TRIGGER comment_deleted;
DROP TRIGGER comment_inserted_changed;
DROP TRIGGER comment_updated_changed;
DROP TRIGGER comment_deleted_changed;
DROP TRIGGER comment_moved;

UPDATE comment SET verdict = 'deleted' WHERE state <> 'published';

CREATE TRIGGER comment_inserted AFTER INSERT ON comment WHEN NEW.state <> 'gone' BEGIN
    UPDATE page SET version = version + 1 WHERE id = NEW.page_id;
    UPDATE comment SET (came, changed) =
            (SELECT version, version FROM page WHERE id = NEW.page_id)
        WHERE id = NEW.id;
END;

CREATE TRIGGER comment_inserted_unseen AFTER INSERT ON comment WHEN NEW.state = 'gone' BEGIN
    UPDATE comment SET came = -1 WHERE id = NEW.id;
END;

CREATE TRIGGER comment_updated AFTER UPDATE ON comment
WHEN NEW.changed = OLD.changed AND NEW.came = OLD.came
    AND (OLD.state <> 'gone' OR NEW.state <> 'gone')
BEGIN
    UPDATE page SET version = version + 1 WHERE id = NEW.page_id;
    UPDATE comment SET
            changed = (SELECT version FROM page WHERE id = NEW.page_id),
            came = CASE
                WHEN OLD.state = 'gone' OR OLD.page_id <> NEW.page_id
                THEN (SELECT version FROM page WHERE id = NEW.page_id)
                ELSE came
            END
        WHERE id = NEW.id;
END;

CREATE TRIGGER comment_deleted AFTER DELETE ON comment WHEN OLD.state <> 'gone' BEGIN
    UPDATE page SET version = version + 1, changes_from = version + 1 WHERE id = OLD.page_id;
END;

CREATE TRIGGER comment_moved AFTER UPDATE OF page_id ON comment
WHEN NEW.page_id <> OLD.page_id AND (OLD.state <> 'gone' OR NEW.state <> 'gone')
BEGIN
    UPDATE page SET version = version + 1, changes_from = version + 1 WHERE id = OLD.page_id;
END;

-- The queue, and what one person or one network has written.
CREATE INDEX comment_verdict ON comment (verdict, id);
CREATE INDEX comment_client ON comment (client, id) WHERE client IS NOT NULL;
CREATE INDEX comment_person ON comment (person, id) WHERE person IS NOT NULL;
CREATE INDEX comment_author ON comment (author, id) WHERE author IS NOT NULL;
CREATE INDEX comment_flagged ON comment (id) WHERE flagged = 1;
CREATE INDEX comment_pinned ON comment (page_id) WHERE pinned IS NOT NULL;
CREATE INDEX report_open ON report (comment_id) WHERE handled IS NULL;
