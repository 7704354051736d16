-- Who was told of what is held is told when it is deleted, too: they have its text.
DROP TRIGGER happened_decided;

-- What readers see again is new; what they no longer see is held, or deleted.
CREATE TRIGGER happened_decided AFTER UPDATE OF verdict ON comment
WHEN NEW.verdict <> OLD.verdict AND (
    NEW.verdict = 'published' OR OLD.verdict = 'published'
    OR (NEW.verdict IN ('hidden', 'deleted') AND OLD.verdict IN ('pending', 'spam'))
) BEGIN
    INSERT INTO happening (event, comment_id) VALUES (
        CASE
            WHEN NEW.verdict = 'published' THEN 'new'
            WHEN NEW.verdict IN ('pending', 'spam') THEN 'held'
            ELSE 'deleted'
        END,
        NEW.id
    );
END;
