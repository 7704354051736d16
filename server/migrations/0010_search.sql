-- The index goes by page and number: what is looked for on a page is looked for there alone, and not
-- in all that was ever said on any.
DROP TRIGGER search_inserted;
DROP TRIGGER search_updated;
DROP TRIGGER search_deleted;
DROP TABLE search;
DROP VIEW search_source;
DROP TABLE search_entry;

CREATE VIEW search_source AS
    SELECT page_id * 4294967296 + number AS entry, coalesce(author, '') AS author, text
    FROM comment WHERE state = 'published';

CREATE VIRTUAL TABLE search USING fts5 (
    author, text,
    content = 'search_source', content_rowid = 'entry', tokenize = 'trigram'
);

-- What was deleted is not in there any more, either.
INSERT INTO search (search, rank) VALUES ('secure-delete', 1);

INSERT INTO search (rowid, author, text)
    SELECT entry, author, text FROM search_source ORDER BY entry;

CREATE TRIGGER search_inserted AFTER INSERT ON comment WHEN NEW.state = 'published' BEGIN
    INSERT INTO search (rowid, author, text)
        VALUES (NEW.page_id * 4294967296 + NEW.number, coalesce(NEW.author, ''), NEW.text);
END;

CREATE TRIGGER search_updated AFTER UPDATE OF page_id, number, author, text, state ON comment BEGIN
    INSERT INTO search (search, rowid, author, text)
        SELECT 'delete', OLD.page_id * 4294967296 + OLD.number, coalesce(OLD.author, ''), OLD.text
        WHERE OLD.state = 'published';
    INSERT INTO search (rowid, author, text)
        SELECT NEW.page_id * 4294967296 + NEW.number, coalesce(NEW.author, ''), NEW.text
        WHERE NEW.state = 'published';
END;

CREATE TRIGGER search_deleted AFTER DELETE ON comment WHEN OLD.state = 'published' BEGIN
    INSERT INTO search (search, rowid, author, text)
        VALUES (
            'delete', OLD.page_id * 4294967296 + OLD.number, coalesce(OLD.author, ''), OLD.text
        );
END;
