-- Ratings: what people say of outputs. Times are milliseconds since 1970 (UTC).
CREATE TABLE rating_campaigns (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    rubric TEXT NOT NULL,
    raters_wanted INTEGER NOT NULL,
    repeat_share REAL NOT NULL,
    seed INTEGER NOT NULL,
    reservation_ms INTEGER NOT NULL,
    source TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    closed_at INTEGER,
    unblinded_at INTEGER
);
CREATE TABLE rating_items (
    id INTEGER PRIMARY KEY,
    campaign INTEGER NOT NULL REFERENCES rating_campaigns (id),
    number INTEGER NOT NULL,
    row_id TEXT NOT NULL,
    task TEXT NOT NULL,
    prompt TEXT NOT NULL,
    reference TEXT NOT NULL,
    context TEXT NOT NULL,
    UNIQUE (campaign, number)
);
CREATE TABLE rating_outputs (
    item INTEGER NOT NULL REFERENCES rating_items (id),
    place INTEGER NOT NULL,
    candidate TEXT NOT NULL,
    text TEXT NOT NULL,
    trace TEXT NOT NULL,
    PRIMARY KEY (item, place)
) WITHOUT ROWID;
CREATE TABLE rating_raters (
    id INTEGER PRIMARY KEY,
    campaign INTEGER NOT NULL REFERENCES rating_campaigns (id),
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    joined_at INTEGER NOT NULL,
    UNIQUE (campaign, name_key)
);
-- One item shown to one rater; a second time only as a repeat. left_place is the output that stands on the left.
CREATE TABLE rating_assignments (
    id TEXT NOT NULL PRIMARY KEY,
    item INTEGER NOT NULL REFERENCES rating_items (id),
    rater INTEGER NOT NULL REFERENCES rating_raters (id),
    number INTEGER NOT NULL,
    is_repeat INTEGER NOT NULL,
    repeat_due INTEGER,
    left_place INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('reserved', 'rated', 'skipped', 'expired')),
    given_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    finished_at INTEGER,
    answer TEXT,
    draft TEXT,
    skip_reason TEXT,
    UNIQUE (item, rater, is_repeat)
);
CREATE INDEX rating_assignments_rater ON rating_assignments (rater, number);
-- Every act of a rater, never changed: the history behind an assignment's present state.
CREATE TABLE rating_acts (
    id INTEGER PRIMARY KEY,
    assignment TEXT NOT NULL REFERENCES rating_assignments (id),
    kind TEXT NOT NULL CHECK (kind IN ('given', 'rated', 'skipped', 'undone')),
    at INTEGER NOT NULL,
    answer TEXT,
    reason TEXT
);
CREATE INDEX rating_acts_assignment ON rating_acts (assignment, id);
