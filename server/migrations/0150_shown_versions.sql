-- Readers are shown only those earlier texts that they could have read when they stood, and none that a
-- moderator has replaced, or that is older than what one has: it may say the same.
ALTER TABLE version ADD COLUMN seen INTEGER NOT NULL DEFAULT 0 CHECK (seen IN (0, 1));
ALTER TABLE version ADD COLUMN replaced INTEGER NOT NULL DEFAULT 0 CHECK (replaced IN (0, 1));

-- Which of a comment's texts waited, nobody knows any more: of one that ever did, none is shown.
UPDATE version SET seen = 1
    WHERE comment_id IN (SELECT id FROM comment WHERE held IS NULL);
UPDATE version SET replaced = 1
    WHERE comment_id IN (SELECT id FROM comment WHERE moderated = 1);
