-- Experiments and benchmarks: what was measured, and where its files are. Times count microseconds since 1970.
CREATE TABLE experiments (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL CHECK (kind IN ('experiment', 'benchmark')),
    name TEXT NOT NULL,
    version TEXT NOT NULL,
    settings TEXT NOT NULL,
    started_at INTEGER NOT NULL,
    ended_at INTEGER NOT NULL,
    dataset TEXT NOT NULL,
    dataset_digest TEXT NOT NULL,
    rows INTEGER NOT NULL,
    left_out INTEGER NOT NULL,
    baseline TEXT NOT NULL,
    passed INTEGER NOT NULL,
    gate_open INTEGER,
    folder TEXT NOT NULL,
    file TEXT NOT NULL,
    file_digest TEXT NOT NULL
);

CREATE INDEX experiments_by_kind ON experiments (kind, number);
CREATE INDEX experiments_by_dataset ON experiments (dataset_digest, number);

CREATE TABLE experiment_candidates (
    experiment INTEGER NOT NULL REFERENCES experiments (number) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    name TEXT NOT NULL,
    digest TEXT NOT NULL,
    PRIMARY KEY (experiment, position)
) WITHOUT ROWID;

CREATE TABLE experiment_figures (
    experiment INTEGER NOT NULL REFERENCES experiments (number) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    candidate TEXT NOT NULL,
    metric TEXT NOT NULL,
    unit TEXT NOT NULL,
    direction TEXT NOT NULL,
    value REAL,
    low REAL,
    high REAL,
    reason TEXT NOT NULL,
    PRIMARY KEY (experiment, position)
) WITHOUT ROWID;
