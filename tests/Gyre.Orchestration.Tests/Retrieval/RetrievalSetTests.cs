using Gyre.Evaluation.Metrics;
using Gyre.Evaluation.Metrics.Rankings;
using Gyre.Orchestration.Retrieval;

namespace Gyre.Orchestration.Tests.Retrieval;

/// <summary>How good keyword search is on three public collections: the figures of docs/design/orchestration.md.</summary>
public sealed class RetrievalSetTests
{
    [Theory]
    [InlineData("adi", KeywordTokenizer.Porter, true, 35, 0.4978)]
    [InlineData("adi", KeywordTokenizer.Porter, false, 35, 0.4855)]
    [InlineData("adi", KeywordTokenizer.Unicode61, true, 35, 0.4394)]
    [InlineData("medline", KeywordTokenizer.Porter, true, 30, 0.7108)]
    [InlineData("medline", KeywordTokenizer.Porter, false, 30, 0.7005)]
    [InlineData("medline", KeywordTokenizer.Unicode61, true, 30, 0.6936)]
    [InlineData("cranfield", KeywordTokenizer.Porter, true, 225, 0.5401)]
    [InlineData("cranfield", KeywordTokenizer.Porter, false, 225, 0.5264)]
    [InlineData("cranfield", KeywordTokenizer.Unicode61, true, 225, 0.5210)]
    public async Task Discounted_gain_of_ten_is_the_published_one(string name, KeywordTokenizer tokenizer, bool ignoresStopWords, int queries, double expected)
    {
        var collection = name switch { "adi" => TestCollection.Adi(), "medline" => TestCollection.Medline(), _ => TestCollection.Cranfield() };
        using var index = await KeywordIndex.CreateInMemoryAsync(
            collection.Documents, new KeywordIndexOptions { Tokenizer = tokenizer, IgnoresStopWords = ignoresStopWords }, TimeProvider.System, TestContext.Current.CancellationToken);
        var gain = new MetricTotal<RankedSample>(DiscountedGain.Normalised(ranks: 10));
        foreach (var (query, judged) in collection.Judgements)
        {
            var found = await index.RetrieveAsync(collection.Queries[query], 10, TestContext.Current.CancellationToken);
            gain.Add(new RankedSample([.. found.Select(passage => passage.Passage.Id)], judged));
        }

        gain.Count.ShouldBe(queries);
        gain.Value.Number.ShouldBe(expected, 0.00005);
    }
}
