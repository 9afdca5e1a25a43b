using Gyre.Storage;

namespace Gyre.Orchestration.Retrieval;

/// <summary>Passages found by their words: BM25 over SQLite's full-text index (FTS5).</summary>
/// <remarks>
/// The score of a passage is the sum over the question's different words of
/// <c>idf · tf · (k1 + 1) ÷ (tf + k1 · (1 − b + b · length ÷ mean length))</c> with k1 = 1.2, b = 0.75 and
/// <c>idf = ln((N − n + 0.5) ÷ (n + 0.5))</c>, at least 10⁻⁶; lengths are in words. The two constants are FTS5's and cannot be set.
/// Equal scores stand by id, in the order of code points. Many indexes live in one database, each with statistics of its own.
/// <para>Owns: the database only when made by <see cref="CreateInMemoryAsync"/>. Safe for several threads and processes.</para>
/// <para>Errors: those of <see cref="Database"/>.</para>
/// <para>Source: Robertson and Zaragoza 2009; SQLite's documentation of FTS5, "The bm25() function".</para>
/// </remarks>
public sealed class KeywordIndex : IRetriever, IDisposable
{
    /// <summary>Parts of the digest: another way to search is another number.</summary>
    private const string Form = "keyword-index-1";

    private readonly Database _database;
    private readonly bool _ownsDatabase;
    private readonly long _number;
    private readonly string _words;

    private KeywordIndex(Database database, bool ownsDatabase, string name, long number, KeywordIndexOptions options)
    {
        (_database, _ownsDatabase, Name, _number, Options) = (database, ownsDatabase, name, number, options);
        _words = WordsTable(number);
    }

    /// <summary>The name under which it was opened.</summary>
    public string Name { get; }

    /// <summary>How it reads texts and questions.</summary>
    public KeywordIndexOptions Options { get; }

    /// <summary>Opens an index, or makes an empty one.</summary>
    /// <param name="database">A database that was opened with <see cref="OrchestrationTables.Migrations"/>; stays the caller's.</param>
    /// <param name="name">Which index.</param>
    /// <param name="options">How it reads.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="OrchestrationException">ORC0010: the index is there with another tokenizer.</exception>
    public static async Task<KeywordIndex> OpenAsync(Database database, string name, KeywordIndexOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(database);
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(options);
        var number = await database.WriteAsync(session => FindOrMake(session, name, options.Tokenizer), cancellationToken);
        return new KeywordIndex(database, ownsDatabase: false, name, number, options);
    }

    /// <summary>Makes an index in memory.</summary>
    /// <param name="passages">What it holds at first.</param>
    /// <param name="options">How it reads.</param>
    /// <param name="clock">Dates the tables.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="OrchestrationException">ORC0005: two passages have one id.</exception>
    public static async Task<KeywordIndex> CreateInMemoryAsync(IReadOnlyList<Passage> passages, KeywordIndexOptions options, TimeProvider clock, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        const string Name = "memory";
        var database = Database.OpenInMemory([OrchestrationTables.Migrations()], clock);
        try
        {
            var number = await database.WriteAsync(session => FindOrMake(session, Name, options.Tokenizer), cancellationToken);
            var index = new KeywordIndex(database, ownsDatabase: true, Name, number, options);
            await index.AddAsync(passages, cancellationToken);
            return index;
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }

    /// <summary>Adds passages; one whose id is there takes that one's place. All of them, or none.</summary>
    /// <remarks>Cost: passages with the hash they have here are not indexed again.</remarks>
    /// <exception cref="OrchestrationException">ORC0005: two passages have one id.</exception>
    public Task<IndexChanges> AddAsync(IReadOnlyList<Passage> passages, CancellationToken cancellationToken = default)
    {
        RequireDifferentIds(passages);
        return _database.WriteAsync(session => Put(session, passages, Hashes(session), cancellationToken), cancellationToken);
    }

    /// <summary>Makes the index hold these passages and no others; only what differs is indexed. All of it, or nothing.</summary>
    /// <exception cref="OrchestrationException">ORC0005: two passages have one id.</exception>
    public Task<IndexChanges> RefreshAsync(IReadOnlyList<Passage> passages, CancellationToken cancellationToken = default)
    {
        RequireDifferentIds(passages);
        return _database.WriteAsync(
            session =>
            {
                var hashes = Hashes(session);
                var wanted = passages.Select(passage => passage.Id).ToHashSet(StringComparer.Ordinal);
                var deleted = Delete(session, [.. hashes.Keys.Where(id => !wanted.Contains(id))], cancellationToken);
                return Put(session, passages, hashes, cancellationToken) with { Deleted = deleted };
            },
            cancellationToken);
    }

    /// <summary>Deletes passages by id and says how many were there. All of them, or none.</summary>
    public Task<int> DeleteAsync(IReadOnlyList<string> ids, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(ids);
        return _database.WriteAsync(session => Delete(session, ids, cancellationToken), cancellationToken);
    }

    /// <summary>How many passages it holds.</summary>
    public Task<int> CountAsync(CancellationToken cancellationToken = default) => _database.ReadAsync(
        session => (int)session.QueryFirst<long>("SELECT COUNT(*) FROM retrieval_passages WHERE index_number = @Number", new { Number = _number }),
        cancellationToken);

    /// <inheritdoc/>
    /// <remarks>Indexes with the same passages and options have the same digest, in whatever order and steps they came to them.</remarks>
    public async Task<string> DigestAsync(CancellationToken cancellationToken = default)
    {
        var hashes = await _database.ReadAsync(
            session => session.Query<string>("SELECT hash FROM retrieval_passages WHERE index_number = @Number ORDER BY id", new { Number = _number }),
            cancellationToken);
        return ContentDigest.Of([Form, Options.Tokenizer.ToString(), Options.IgnoresStopWords ? "stop words ignored" : "", .. hashes]);
    }

    /// <inheritdoc/>
    /// <remarks>
    /// The query is free text: none of its characters is an operator. Its words are looked for one by one, a passage with
    /// any of them is found; at most 256 different ones count.
    /// <para>Cost: time grows with the passages that hold any of the words.</para>
    /// </remarks>
    public async Task<IReadOnlyList<RetrievedPassage>> RetrieveAsync(string query, int top, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentOutOfRangeException.ThrowIfLessThan(top, 1);
        if (KeywordQuery.Write(query, Options.IgnoresStopWords) is not { } expression)
        {
            return [];
        }

        var rows = await _database.ReadAsync(
            session => session.Query<FoundRow>(
                $"""
                SELECT p.id AS Id, p.document AS Document, p.text AS Text, p.start AS Start, bm25({_words}) AS Cost
                FROM {_words} JOIN retrieval_passages AS p ON p.number = {_words}.rowid
                WHERE {_words} MATCH @Expression
                ORDER BY Cost, p.id
                LIMIT @Top
                """,
                new { Expression = expression, Top = top }),
            cancellationToken);
        return [.. rows.Select(row => new RetrievedPassage(new Passage(row.Id, row.Document, row.Text, row.Start), -row.Cost))];
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_ownsDatabase)
        {
            _database.Dispose();
        }
    }

    /// <summary>The full-text table of an index. Its number is ours and an integer, so it may stand in SQL.</summary>
    private static string WordsTable(long number) => $"retrieval_words_{number}";

    private static long FindOrMake(DatabaseSession session, string name, KeywordTokenizer tokenizer)
    {
        if (session.QueryFirst<IndexRow>("SELECT number AS Number, tokenizer AS Tokenizer FROM retrieval_indexes WHERE name = @Name", new { Name = name }) is { } found)
        {
            return found.Tokenizer == tokenizer.ToString()
                ? found.Number
                : throw new OrchestrationException("ORC0010", $"Opening the index '{name}' failed: its words were cut by the tokenizer {found.Tokenizer}, expected {tokenizer}. Open it with that tokenizer, or index the passages under another name.");
        }

        session.Execute("INSERT INTO retrieval_indexes (name, tokenizer) VALUES (@Name, @Tokenizer)", new { Name = name, Tokenizer = tokenizer.ToString() });
        var number = session.QueryFirst<long>("SELECT number FROM retrieval_indexes WHERE name = @Name", new { Name = name });
        const string Words = "unicode61 remove_diacritics 2";
        var cut = tokenizer == KeywordTokenizer.Porter ? $"porter {Words}" : Words;
        session.Execute($"CREATE VIRTUAL TABLE {WordsTable(number)} USING fts5(text, content='retrieval_passages', content_rowid='number', tokenize='{cut}')");
        return number;
    }

    private static void RequireDifferentIds(IReadOnlyList<Passage> passages)
    {
        ArgumentNullException.ThrowIfNull(passages);
        var seen = new Dictionary<string, Passage>(passages.Count, StringComparer.Ordinal);
        foreach (var passage in passages)
        {
            if (!seen.TryAdd(passage.Id, passage))
            {
                throw new OrchestrationException("ORC0005", $"Indexing passages failed: two have the id '{passage.Id}', in '{seen[passage.Id].Document}' and '{passage.Document}'; expected every id once. Give them different ids.");
            }
        }
    }

    private Dictionary<string, string> Hashes(DatabaseSession session) => session
        .Query<HashRow>("SELECT id AS Id, hash AS Hash FROM retrieval_passages WHERE index_number = @Number", new { Number = _number })
        .ToDictionary(row => row.Id, row => row.Hash, StringComparer.Ordinal);

    private IndexChanges Put(DatabaseSession session, IReadOnlyList<Passage> passages, Dictionary<string, string> hashes, CancellationToken cancellationToken)
    {
        var (added, replaced) = (0, 0);
        foreach (var passage in passages)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var isThere = hashes.TryGetValue(passage.Id, out var hash);
            if (hash == passage.Hash)
            {
                continue;
            }

            if (isThere)
            {
                Delete(session, [passage.Id], cancellationToken);
                replaced++;
            }
            else
            {
                added++;
            }

            session.Execute(
                "INSERT INTO retrieval_passages (index_number, id, document, start, text, hash) VALUES (@Number, @Id, @Document, @Start, @Text, @Hash)",
                new { Number = _number, passage.Id, passage.Document, passage.Start, passage.Text, passage.Hash });
            session.Execute($"INSERT INTO {_words} (rowid, text) VALUES (last_insert_rowid(), @Text)", new { passage.Text });
        }

        return new IndexChanges(added, replaced, 0, passages.Count - added - replaced);
    }

    private int Delete(DatabaseSession session, IReadOnlyList<string> ids, CancellationToken cancellationToken)
    {
        var deleted = 0;
        foreach (var id in ids)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var place = new { Number = _number, Id = id };
            // The full-text table keeps no text: it is told which words go.
            session.Execute($"INSERT INTO {_words} ({_words}, rowid, text) SELECT 'delete', number, text FROM retrieval_passages WHERE index_number = @Number AND id = @Id", place);
            deleted += session.Execute("DELETE FROM retrieval_passages WHERE index_number = @Number AND id = @Id", place);
        }

        return deleted;
    }

    private sealed record IndexRow(long Number, string Tokenizer);

    private sealed record HashRow(string Id, string Hash);

    /// <summary>A class, because a computed column has no type where no row is.</summary>
    private sealed class FoundRow
    {
        public string Id { get; init; } = "";

        public string Document { get; init; } = "";

        public string Text { get; init; } = "";

        public int Start { get; init; }

        /// <summary>FTS5's bm25 is less for better passages: the score with its sign turned.</summary>
        public double Cost { get; init; }
    }
}
