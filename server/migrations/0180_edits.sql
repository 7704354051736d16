-- Whether it came without a proof of work, as from who has no script: so does what it is edited to.
ALTER TABLE comment ADD COLUMN unproven INTEGER NOT NULL DEFAULT 0 CHECK (unproven IN (0, 1));

-- What was edited of late, to find who says the same.
CREATE INDEX comment_edited ON comment (edited) WHERE edited IS NOT NULL;
