using Gyre.Orchestration.Retrieval;
using Gyre.Storage;

namespace Gyre.Orchestration.Tests.Retrieval;

/// <summary>Scores against BM25 computed here in double precision: every passage that is found, and those alone.</summary>
public sealed class KeywordScoreTests
{
    private const double K1 = 1.2;
    private const double B = 0.75;

    /// <summary>A collection's first questions; more take longer and show nothing new.</summary>
    private const int MostQueries = 40;

    /// <summary>The tokens are ours, too: the collections are ASCII, so a token is a run of letters and digits in lower case.</summary>
    [Theory]
    [InlineData("adi")]
    [InlineData("medline")]
    [InlineData("cranfield")]
    public async Task Scores_equal_an_independent_computation(string name)
    {
        var collection = name switch { "adi" => TestCollection.Adi(), "medline" => TestCollection.Medline(), _ => TestCollection.Cranfield() };
        using var index = await KeywordIndex.CreateInMemoryAsync(
            collection.Documents, new KeywordIndexOptions { Tokenizer = KeywordTokenizer.Unicode61, IgnoresStopWords = false }, TimeProvider.System, TestContext.Current.CancellationToken);

        await Compare(index, collection.Documents.ToDictionary(passage => passage.Id, passage => Words(passage.Text)), collection.Queries.Values, Words);
    }

    /// <summary>The tokens are those that the index holds, read through FTS5's view of its own words.</summary>
    [Fact]
    public async Task Scores_of_stemmed_words_equal_an_independent_computation()
    {
        var collection = TestCollection.Medline();
        using var database = Database.OpenInMemory([OrchestrationTables.Migrations()], TimeProvider.System);
        using var index = await KeywordIndex.OpenAsync(database, "med", new KeywordIndexOptions { IgnoresStopWords = false }, TestContext.Current.CancellationToken);
        await index.AddAsync(collection.Documents, TestContext.Current.CancellationToken);
        using var queries = await KeywordIndex.OpenAsync(database, "queries", new KeywordIndexOptions(), TestContext.Current.CancellationToken);
        // A question's words count once each before their endings go, so words of one stem count as often as there are forms.
        await queries.AddAsync([.. collection.Queries.Select(query => new Passage(query.Key, "q", string.Join(' ', Words(query.Value).Distinct())))], TestContext.Current.CancellationToken);

        var stems = await Tokens(database, 2);
        await Compare(index, await Tokens(database, 1), collection.Queries.Select(query => query.Value), text => stems[collection.Queries.Single(query => query.Value == text).Key]);
    }

    private static async Task<Dictionary<string, string[]>> Tokens(Database database, int index)
    {
        await database.WriteAsync(session => session.Execute($"CREATE VIRTUAL TABLE words_{index} USING fts5vocab('retrieval_words_{index}', 'instance')"));
        var rows = await database.ReadAsync(session => session.Query<Token>($"SELECT p.id AS Id, w.term AS Term FROM words_{index} AS w JOIN retrieval_passages AS p ON p.number = w.doc"));
        return rows.GroupBy(row => row.Id).ToDictionary(group => group.Key, group => group.Select(row => row.Term).ToArray());
    }

    private static async Task Compare(KeywordIndex index, Dictionary<string, string[]> documents, IEnumerable<string> queries, Func<string, string[]> termsOf)
    {
        var counts = documents.ToDictionary(document => document.Key, document => document.Value.CountBy(word => word).ToDictionary());
        var holders = counts.SelectMany(document => document.Value.Keys).CountBy(word => word).ToDictionary();
        var mean = documents.Average(document => document.Value.Length);
        var (compared, greatest) = (0, 0.0);
        foreach (var query in queries.Take(MostQueries))
        {
            var found = await index.RetrieveAsync(query, 100_000, TestContext.Current.CancellationToken);
            var expected = new Dictionary<string, double>();
            var terms = termsOf(query).CountBy(word => word).ToDictionary();
            foreach (var (id, words) in counts)
            {
                var weight = K1 * (1 - B + (B * documents[id].Length / mean));
                foreach (var (term, times) in terms.Where(term => words.ContainsKey(term.Key)))
                {
                    var rarity = Math.Max(1e-6, Math.Log((documents.Count - holders[term] + 0.5) / (holders[term] + 0.5)));
                    // Words of the query count once, unless they are different forms of one stem.
                    var repeats = index.Options.Tokenizer == KeywordTokenizer.Porter ? times : 1;
                    expected[id] = expected.GetValueOrDefault(id) + (repeats * rarity * words[term] * (K1 + 1) / (words[term] + weight));
                }
            }

            found.Count.ShouldBe(expected.Count, query);
            foreach (var passage in found)
            {
                greatest = Math.Max(greatest, Math.Abs(passage.Score - expected[passage.Passage.Id]));
                compared++;
            }

            found.Select(passage => passage.Score).ShouldBe(found.Select(passage => passage.Score).OrderDescending());
        }

        greatest.ShouldBeLessThan(1e-9);
        compared.ShouldBeGreaterThan(1000);
    }

    private static string[] Words(string text) => new string([.. text.Select(c => char.IsAsciiLetterOrDigit(c) ? char.ToLowerInvariant(c) : ' ')]).Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private sealed record Token(string Id, string Term);
}
