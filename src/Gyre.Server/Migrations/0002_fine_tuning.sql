CREATE TABLE files (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    purpose TEXT NOT NULL,
    name TEXT NOT NULL,
    bytes INTEGER NOT NULL,
    created_at INTEGER NOT NULL
);
CREATE TABLE tuning_jobs (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    status TEXT NOT NULL,
    training_file TEXT NOT NULL,
    validation_file TEXT,
    base_path TEXT NOT NULL,
    adapter_path TEXT,
    parent TEXT NOT NULL,
    target TEXT NOT NULL,
    recipe TEXT,
    body TEXT NOT NULL
);
CREATE INDEX tuning_jobs_by_status ON tuning_jobs (status, number);
CREATE TABLE tuning_events (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    job TEXT NOT NULL,
    body TEXT NOT NULL
);
CREATE INDEX tuning_events_by_job ON tuning_events (job, number);
CREATE TABLE tuning_checkpoints (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    job TEXT NOT NULL,
    step INTEGER NOT NULL,
    model TEXT NOT NULL,
    body TEXT NOT NULL
);
CREATE INDEX tuning_checkpoints_by_job ON tuning_checkpoints (job, number);
