-- Sites that no file names. Their settings are JSON, of which what is absent is as the program has it.
CREATE TABLE site (
    name     TEXT    NOT NULL PRIMARY KEY,
    -- A JSON list; an empty one means pages of the reader's own machine.
    origins  TEXT    NOT NULL DEFAULT '[]',
    settings TEXT    NOT NULL DEFAULT '{}',
    created  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
