-- A page is another one only when readers are shown something else: not when it is forgotten who a comment
-- came from, nor when somebody has reported it.
DROP TRIGGER comment_updated;
CREATE TRIGGER comment_updated AFTER UPDATE ON comment
WHEN NEW.changed = OLD.changed AND NEW.came = OLD.came
    AND (OLD.state <> 'gone' OR NEW.state <> 'gone')
    AND (NEW.page_id, NEW.root_id, NEW.parent_id, NEW.depth, NEW.number, NEW.author, NEW.website,
        NEW.text, NEW.html, NEW.created, NEW.edited, NEW.state, NEW.verdict, NEW.shadowed, NEW.up,
        NEW.down, NEW.reactions, NEW.pinned, NEW.featured, NEW.locked, NEW.moderated, NEW.reader_id,
        NEW.badge)
    IS NOT (OLD.page_id, OLD.root_id, OLD.parent_id, OLD.depth, OLD.number, OLD.author, OLD.website,
        OLD.text, OLD.html, OLD.created, OLD.edited, OLD.state, OLD.verdict, OLD.shadowed, OLD.up,
        OLD.down, OLD.reactions, OLD.pinned, OLD.featured, OLD.locked, OLD.moderated, OLD.reader_id,
        OLD.badge)
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
