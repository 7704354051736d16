-- What is searched: the published comments, name and text, in pieces of three letters, so that a word
-- is found by a part of it in any language. Kept in step by triggers, so that no statement can forget
-- it. A row of its own for each comment gives it the whole number that the index goes by: those that
-- SQLite gives by itself may change.
CREATE TABLE search_entry (
    entry INTEGER PRIMARY KEY,
    id    TEXT    NOT NULL UNIQUE
) STRICT;

CREATE VIEW search_source AS
    SELECT entry, coalesce(author, '') AS author, text
    FROM search_entry JOIN comment ON comment.id = search_entry.id;

CREATE VIRTUAL TABLE search USING fts5 (
    author, text,
    content = 'search_source', content_rowid = 'entry', tokenize = 'trigram'
);

-- What was deleted is not in there any more, either.
INSERT INTO search (search, rank) VALUES ('secure-delete', 1);

INSERT INTO search_entry (id) SELECT id FROM comment WHERE state = 'published' ORDER BY id;
INSERT INTO search (rowid, author, text) SELECT entry, author, text FROM search_source;

CREATE TRIGGER search_inserted AFTER INSERT ON comment WHEN NEW.state = 'published' BEGIN
    INSERT INTO search_entry (id) VALUES (NEW.id);
    INSERT INTO search (rowid, author, text)
        SELECT entry, coalesce(NEW.author, ''), NEW.text FROM search_entry WHERE id = NEW.id;
END;

CREATE TRIGGER search_updated AFTER UPDATE OF id, author, text, state ON comment BEGIN
    INSERT INTO search (search, rowid, author, text)
        SELECT 'delete', entry, coalesce(OLD.author, ''), OLD.text
        FROM search_entry WHERE id = OLD.id;
    DELETE FROM search_entry WHERE id = OLD.id;
    INSERT INTO search_entry (id) SELECT NEW.id WHERE NEW.state = 'published';
    INSERT INTO search (rowid, author, text)
        SELECT entry, coalesce(NEW.author, ''), NEW.text FROM search_entry WHERE id = NEW.id;
END;

CREATE TRIGGER search_deleted AFTER DELETE ON comment BEGIN
    INSERT INTO search (search, rowid, author, text)
        SELECT 'delete', entry, coalesce(OLD.author, ''), OLD.text
        FROM search_entry WHERE id = OLD.id;
    DELETE FROM search_entry WHERE id = OLD.id;
END;
