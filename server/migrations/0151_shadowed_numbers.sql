-- Whose comments are shown to themselves alone is not told of it by a number that no published comment
-- has: such a comment takes one of the thread's.
WITH taken AS (
    SELECT comment.id, page.last_number
            + row_number() OVER (PARTITION BY comment.page_id ORDER BY comment.id) AS number
        FROM comment JOIN page ON page.id = comment.page_id
        WHERE comment.shadowed = 1 AND comment.number < 1
)
UPDATE comment SET number = taken.number FROM taken WHERE comment.id = taken.id;

UPDATE page SET last_number = (SELECT max(number) FROM comment WHERE page_id = page.id)
    WHERE last_number < (SELECT max(number) FROM comment WHERE page_id = page.id);
