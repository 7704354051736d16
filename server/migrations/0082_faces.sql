-- Pictures of readers who have signed in, made anew, where a site wants them. They go with the reader.
CREATE TABLE reader_face (
    reader_id INTEGER NOT NULL PRIMARY KEY REFERENCES reader (id) ON DELETE CASCADE,
    -- SHA-256 of the address that it was fetched from.
    source    BLOB    NOT NULL,
    -- When it was last asked for, in milliseconds since 1970.
    asked     INTEGER NOT NULL,
    -- What it is called by this server, and the image; absent where there was none to be had.
    name      TEXT,
    bytes     BLOB
) STRICT;

CREATE INDEX reader_face_name ON reader_face (name) WHERE name IS NOT NULL;
