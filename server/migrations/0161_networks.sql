-- Where users have signed in before, as keyed hashes: who guesses elsewhere doesn't shut them out there.
CREATE TABLE user_network (
    user_id TEXT    NOT NULL REFERENCES user (id) ON DELETE CASCADE,
    hash    BLOB    NOT NULL,
    used    INTEGER NOT NULL,
    PRIMARY KEY (user_id, hash)
) STRICT, WITHOUT ROWID;

CREATE INDEX user_network_age ON user_network (used);
