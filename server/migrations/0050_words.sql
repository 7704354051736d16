-- What moderators have taught the classifier. The site '' is all of them; the word '' counts the
-- comments that were learned from.
CREATE TABLE word (
    site TEXT NOT NULL,
    word TEXT NOT NULL,
    spam INTEGER NOT NULL,
    good INTEGER NOT NULL,
    PRIMARY KEY (site, word)
) STRICT, WITHOUT ROWID;

-- What was learned from a comment, so that it can be unlearned as it was. It goes with the comment; what
-- it has taught stays.
CREATE TABLE lesson (
    comment_id TEXT PRIMARY KEY REFERENCES comment (id) ON DELETE CASCADE,
    site TEXT NOT NULL,
    is_spam INTEGER NOT NULL,
    -- JSON
    words TEXT NOT NULL
) STRICT, WITHOUT ROWID;
