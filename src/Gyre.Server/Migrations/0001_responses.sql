CREATE TABLE responses (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    previous_id TEXT,
    bytes INTEGER NOT NULL,
    is_background INTEGER NOT NULL,
    status TEXT NOT NULL,
    input TEXT NOT NULL,
    body TEXT NOT NULL
);
CREATE INDEX responses_by_size ON responses (number, bytes);
