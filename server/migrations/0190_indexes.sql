-- How many comments of a page wait.
CREATE INDEX comment_pending ON comment (page_id) WHERE verdict = 'pending';
