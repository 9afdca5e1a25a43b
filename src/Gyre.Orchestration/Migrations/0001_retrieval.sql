-- Indexes of passages. The words of index N are in a full-text table of its own, retrieval_words_N, made with the
-- index: its tokenizer and its statistics (documents, lengths) are that index's alone.
CREATE TABLE retrieval_indexes (
    number INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    tokenizer TEXT NOT NULL
);

CREATE TABLE retrieval_passages (
    number INTEGER PRIMARY KEY,
    index_number INTEGER NOT NULL REFERENCES retrieval_indexes (number),
    id TEXT NOT NULL,
    document TEXT NOT NULL,
    start INTEGER NOT NULL,
    text TEXT NOT NULL,
    hash TEXT NOT NULL,
    UNIQUE (index_number, id)
);
