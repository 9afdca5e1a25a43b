using Gyre.Contracts;
using Gyre.Training.Curation.Deduplication;
using Gyre.Training.Curation.Words;

namespace Gyre.Training.Tests.Curation.Deduplication;

public sealed class NearDuplicateIndexTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>The definition, by brute force: a text goes when a text kept before it has at least the threshold in common.</summary>
    [Theory]
    [InlineData(0.8, 5, 11)]
    [InlineData(0.6, 3, 12)]
    [InlineData(0.9, 1, 13)]
    public void Nothing_below_the_threshold_goes_and_nearly_everything_above_it_does(double threshold, int words, ulong seed)
    {
        var random = new SeededRandom(seed);
        var texts = Variants(random, bases: 60, each: 12);
        var options = new DeduplicationOptions { Threshold = threshold, ShingleWords = words, Recall = 0.99 };
        using var index = new NearDuplicateIndex(options, _folder.Path);
        var kept = new List<ulong[]>();
        var (removed, missed, found) = (0, 0, 0);
        foreach (var text in texts)
        {
            var shingles = Shingles.Of(WordHashes.Of(text), words);
            var similarities = kept.Select(other => Shingles.Jaccard(shingles, other)).ToArray();
            var best = similarities.DefaultIfEmpty(0).Max();
            if (index.Offer(index.Describe(text)) is { } near)
            {
                removed++;
                near.Similarity.ShouldBeGreaterThanOrEqualTo(threshold);
                similarities[near.Kept].ShouldBe(near.Similarity, 1e-12);
                found++;
            }
            else
            {
                missed += best >= threshold ? 1 : 0;
                kept.Add(shingles);
            }
        }

        removed.ShouldBeGreaterThan(50, "the texts must have near duplicates, or nothing is tested");
        kept.Count.ShouldBeGreaterThan(50);
        index.Kept.ShouldBe(kept.Count);
        ((double)found / (found + missed)).ShouldBeGreaterThanOrEqualTo(0.985);
    }

    [Fact]
    public void Pairs_exactly_at_the_threshold_are_found_as_often_as_the_plan_says()
    {
        // Sets of 90 runs of one word that share 80: a similarity of 0.8.
        var random = new SeededRandom(3);
        var (found, pairs) = (0, 400);
        for (var pair = 0; pair < pairs; pair++)
        {
            var words = Enumerable.Range(0, 200).Select(_ => Word(random)).Distinct().Take(100).ToArray();
            using var index = new NearDuplicateIndex(new DeduplicationOptions { ShingleWords = 1, Threshold = 0.8, Seed = (ulong)pair }, _folder.Path);
            index.Offer(index.Describe(string.Join(' ', words[..90])));
            var other = index.Describe(string.Join(' ', words[10..]));
            found += index.Offer(other) is { Similarity: 0.8 } ? 1 : 0;
        }

        ((double)found / pairs).ShouldBeGreaterThanOrEqualTo(0.98); // 0.99 wanted; 400 pairs leave one and a half in a hundred to chance.
    }

    [Theory]
    [InlineData(0.8, 0.99)]
    [InlineData(0.5, 0.95)]
    [InlineData(0.95, 0.999)]
    public void The_bands_are_the_longest_that_find_enough(double threshold, double recall)
    {
        var plan = BandPlan.For(128, threshold, recall);

        plan.Recall(threshold).ShouldBeGreaterThanOrEqualTo(recall);
        new BandPlan(128 / (plan.Rows + 1), plan.Rows + 1).Recall(threshold).ShouldBeLessThan(recall);
        (plan.Bands * plan.Rows).ShouldBeLessThanOrEqualTo(128);
    }

    [Fact]
    public void Signatures_estimate_the_similarity_without_bias()
    {
        var random = new SeededRandom(9);
        var hashes = new MinHash(1024, 1);
        foreach (var shared in new[] { 10, 50, 90 })
        {
            var all = Enumerable.Range(0, 200 - shared).Select(_ => random.NextUInt64()).ToArray();
            ulong[] one = [.. all[..100]];
            ulong[] other = [.. all[(100 - shared)..]];
            Array.Sort(one);
            Array.Sort(other);

            var expected = Shingles.Jaccard(one, other);
            expected.ShouldBe(shared / (200.0 - shared), 1e-12);
            MinHash.Estimate(hashes.Sign(one), hashes.Sign(other)).ShouldBe(expected, 4 * Math.Sqrt(expected * (1 - expected) / 1024));
        }
    }

    [Fact]
    public void No_chain_of_alike_texts_removes_one_that_is_unlike_every_kept_one()
    {
        // B is like A, C is like B but not like A: B goes, C stays.
        var words = Enumerable.Range(0, 120).Select(i => $"word{i}").ToArray();
        string[] texts = [string.Join(' ', words[..100]), string.Join(' ', words[8..108]), string.Join(' ', words[16..116])];
        using var index = new NearDuplicateIndex(new DeduplicationOptions { ShingleWords = 1, Threshold = 0.8, Recall = 0.9999 }, _folder.Path);

        texts.Select(text => index.Offer(index.Describe(text)) is not null).ShouldBe([false, true, false]);
    }

    [Fact]
    public void The_same_texts_give_the_same_result_whatever_the_case_and_punctuation()
    {
        using var index = new NearDuplicateIndex(new DeduplicationOptions(), _folder.Path);
        index.Offer(index.Describe("The quick brown fox jumps over the lazy dog near the river.")).ShouldBeNull();

        index.Offer(index.Describe("the QUICK brown fox, jumps over the lazy dog -- near the river")).ShouldBe(new NearDuplicate(0, 1));
        index.Offer(index.Describe("")).ShouldBeNull();
        index.Offer(index.Describe("...")).ShouldBeNull("texts without words are never alike");
    }

    [Fact]
    public void Options_out_of_range_are_all_named()
    {
        var error = Should.Throw<ArgumentException>(() => new NearDuplicateIndex(new DeduplicationOptions { Threshold = 0.1, Hashes = 3, ShingleWords = 0 }, _folder.Path));

        error.Message.ShouldContain("threshold of 0.1");
        error.Message.ShouldContain("3 hashes");
        error.Message.ShouldContain("runs of 0 words");
    }

    private static List<string> Variants(SeededRandom random, int bases, int each)
    {
        var texts = new List<string>();
        for (var i = 0; i < bases; i++)
        {
            var words = Enumerable.Range(0, random.NextInt32(8, 120)).Select(_ => Word(random)).ToArray();
            for (var j = 0; j < each; j++)
            {
                var changed = words.ToArray();
                for (var edits = random.NextInt32(1 + (words.Length / 10)); edits > 0; edits--)
                {
                    changed[random.NextInt32(words.Length)] = Word(random);
                }

                texts.Add(string.Join(' ', changed));
            }
        }

        random.Shuffle(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(texts));
        return texts;
    }

    private static string Word(SeededRandom random) => $"w{random.NextInt32(100_000)}";
}
