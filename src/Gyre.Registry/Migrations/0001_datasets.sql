-- Datasets: names, versions, provenance. A version is written once and never changed; what is said about it later has tables of its own.
CREATE TABLE datasets (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE COLLATE NOCASE,
    last_number INTEGER NOT NULL,
    created_at TEXT NOT NULL
);

CREATE TABLE dataset_versions (
    id INTEGER PRIMARY KEY,
    dataset_id INTEGER NOT NULL REFERENCES datasets (id),
    number INTEGER NOT NULL,
    digest TEXT NOT NULL,
    blob TEXT NOT NULL,
    row_count INTEGER NOT NULL,
    length_bytes INTEGER NOT NULL,
    schema TEXT NOT NULL,
    source TEXT NOT NULL,
    licence TEXT NOT NULL,
    note TEXT NOT NULL,
    tags TEXT NOT NULL,
    created_at TEXT NOT NULL,
    created_by TEXT NOT NULL,
    UNIQUE (dataset_id, number),
    UNIQUE (dataset_id, digest)
);
CREATE INDEX dataset_versions_by_blob ON dataset_versions (blob);
CREATE INDEX dataset_versions_by_digest ON dataset_versions (digest);
CREATE TRIGGER dataset_versions_never_change BEFORE UPDATE ON dataset_versions
BEGIN
    SELECT RAISE(ABORT, 'a version of a dataset never changes');
END;

-- What a version was made from, in order.
CREATE TABLE dataset_parents (
    version_id INTEGER NOT NULL REFERENCES dataset_versions (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    parent_id INTEGER NOT NULL REFERENCES dataset_versions (id),
    PRIMARY KEY (version_id, position)
) WITHOUT ROWID;
CREATE INDEX dataset_parents_by_parent ON dataset_parents (parent_id);

-- Where in a blob which rows begin: every part is a gzip member of its own.
CREATE TABLE dataset_parts (
    blob TEXT NOT NULL,
    number INTEGER NOT NULL,
    first_row INTEGER NOT NULL,
    row_count INTEGER NOT NULL,
    offset INTEGER NOT NULL,
    length_bytes INTEGER NOT NULL,
    unpacked_bytes INTEGER NOT NULL,
    digest TEXT NOT NULL,
    PRIMARY KEY (blob, number)
) WITHOUT ROWID;

CREATE TABLE dataset_labels (
    dataset_id INTEGER NOT NULL REFERENCES datasets (id),
    label TEXT NOT NULL,
    version_id INTEGER NOT NULL REFERENCES dataset_versions (id),
    PRIMARY KEY (dataset_id, label)
) WITHOUT ROWID;
CREATE INDEX dataset_labels_by_version ON dataset_labels (version_id);

CREATE TABLE dataset_deprecations (
    version_id INTEGER PRIMARY KEY REFERENCES dataset_versions (id) ON DELETE CASCADE,
    reason TEXT NOT NULL,
    at TEXT NOT NULL
);

-- Who relies on a version: it is not deleted while there is one.
CREATE TABLE dataset_uses (
    version_id INTEGER NOT NULL REFERENCES dataset_versions (id),
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (version_id, kind, name)
) WITHOUT ROWID;

CREATE TABLE dataset_events (
    id INTEGER PRIMARY KEY,
    dataset_id INTEGER NOT NULL REFERENCES datasets (id),
    at TEXT NOT NULL,
    by TEXT NOT NULL,
    kind TEXT NOT NULL,
    number INTEGER,
    previous INTEGER,
    label TEXT NOT NULL,
    note TEXT NOT NULL
);
CREATE INDEX dataset_events_by_dataset ON dataset_events (dataset_id, id);
