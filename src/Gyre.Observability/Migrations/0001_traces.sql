CREATE TABLE traces (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    trace_id TEXT NOT NULL,
    operation TEXT NOT NULL,
    route TEXT NOT NULL,
    model TEXT NOT NULL,
    response_model TEXT NOT NULL,
    status TEXT NOT NULL,
    http_status INTEGER NOT NULL,
    error_type TEXT NOT NULL,
    error_message TEXT NOT NULL,
    is_streamed INTEGER NOT NULL,
    started_at INTEGER NOT NULL,
    duration INTEGER NOT NULL,
    time_to_first_token INTEGER,
    input_tokens INTEGER NOT NULL,
    output_tokens INTEGER NOT NULL,
    cached_tokens INTEGER NOT NULL,
    finish_reasons TEXT NOT NULL,
    user TEXT NOT NULL,
    input TEXT NOT NULL,
    output TEXT NOT NULL
);
CREATE INDEX traces_by_start ON traces (started_at);
CREATE INDEX traces_by_model ON traces (model, number);
CREATE INDEX traces_by_status ON traces (status, number);

CREATE TABLE spans (
    trace_number INTEGER NOT NULL REFERENCES traces (number) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    span_id TEXT NOT NULL,
    parent_id TEXT NOT NULL,
    name TEXT NOT NULL,
    started_at INTEGER NOT NULL,
    duration INTEGER NOT NULL,
    status TEXT NOT NULL,
    attributes TEXT NOT NULL,
    PRIMARY KEY (trace_number, position)
) WITHOUT ROWID;
