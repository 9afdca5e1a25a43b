using Gyre.Contracts;
using Gyre.Models.Tokenizers.Training;
using Gyre.TestSupport;

namespace Gyre.Models.Tests.Tokenizers.Training;

public class UnigramTrainingTests
{
    [Fact]
    public void Plain_fitting_never_lowers_the_likelihood()
    {
        var words = Words(60_000);
        var training = new UnigramTraining(words, SeedPieces.Find(words, 8, 20_000, TestContext.Current.CancellationToken));
        var last = double.NegativeInfinity;
        for (var step = 0; step < 8; step++)
        {
            var likelihood = training.Fit(isSparse: false);
            likelihood.ShouldBeGreaterThanOrEqualTo(last - (Math.Abs(last) * 1e-9));
            last = likelihood;
        }
    }

    [Fact]
    public void The_pruned_vocabulary_explains_the_text_better_than_random_ones_of_its_size()
    {
        var words = Words(100_000);
        var seed = SeedPieces.Find(words, 16, 100_000, TestContext.Current.CancellationToken);
        var training = new UnigramTraining(words, seed);
        training.Shrink(800, 0.75, _ => { }, TestContext.Current.CancellationToken);
        training.Pieces.Count.ShouldBeInRange(500, 880);
        training.Fit(isSparse: false);
        var pruned = training.Likelihood();
        var random = new SeededRandom(5);
        for (var round = 0; round < 3; round++)
        {
            var characters = seed.Where(piece => piece.Text.Length == 1).ToArray();
            var others = seed.Where(piece => piece.Text.Length > 1).ToArray();
            random.Shuffle(others);
            var other = new UnigramTraining(words, [.. characters, .. others.Take(training.Pieces.Count - characters.Length)]);
            other.Fit(isSparse: false);
            other.Fit(isSparse: false);
            other.Fit(isSparse: false);

            pruned.ShouldBeGreaterThan(other.Likelihood());
        }
    }

    [Fact]
    public void Expected_counts_and_the_best_path_equal_the_sum_and_the_best_of_all_segmentations()
    {
        var random = new SeededRandom(6);
        for (var round = 0; round < 100; round++)
        {
            var texts = Enumerable.Range(0, 12).Select(_ => Draw(random, random.NextInt32(2, 4))).Concat(["a", "b", "c", "🦙"]).Distinct(StringComparer.Ordinal).ToArray();
            var pieces = texts.Select(text => (text, -random.NextDouble() * 6)).ToArray();
            var word = Draw(random, random.NextInt32(1, 8));
            var all = Segmentations(word, pieces).ToArray();
            var total = all.Sum(one => Math.Exp(one.Sum(id => pieces[id].Item2)));
            var graph = new SegmentGraph();
            graph.Use(pieces);
            var expected = new double[pieces.Length];

            graph.Expect(word, 2, expected).ShouldBe(Math.Log(total), 1e-9);
            var path = new List<int>();
            graph.Best(word, path);

            for (var id = 0; id < pieces.Length; id++)
            {
                var wanted = all.Sum(one => Math.Exp(one.Sum(piece => pieces[piece].Item2)) * one.Count(piece => piece == id)) * 2 / total;
                expected[id].ShouldBe(wanted, 1e-9);
            }

            path.Sum(id => pieces[id].Item2).ShouldBe(all.Max(one => one.Sum(id => pieces[id].Item2)), 1e-9);
        }
    }

    [Fact]
    public void Seeds_are_the_substrings_that_cannot_be_made_longer()
    {
        var random = new SeededRandom(8);
        for (var round = 0; round < 60; round++)
        {
            var words = Enumerable.Range(0, 12).Select(_ => Draw(random, random.NextInt32(1, 9))).Distinct(StringComparer.Ordinal)
                .ToDictionary(word => word, _ => (long)random.NextInt32(1, 5), StringComparer.Ordinal);

            var seeds = SeedPieces.Find(words, 5, 10_000, TestContext.Current.CancellationToken).ToDictionary(one => one.Text, one => one.Worth, StringComparer.Ordinal);

            seeds.ShouldBe(Definition(words, 5), ignoreOrder: true);
        }
    }

    // Every substring by hand: one is taken when the characters behind its occurrences differ, an end of a word differing from all.
    private static Dictionary<string, double> Definition(Dictionary<string, long> words, int maxLength)
    {
        var followers = new Dictionary<string, List<(string Next, long Count)>>(StringComparer.Ordinal);
        foreach (var (word, count) in words)
        {
            var runes = word.EnumerateRunes().Select(rune => rune.ToString()).ToArray();
            for (var start = 0; start < runes.Length; start++)
            {
                for (var end = start + 1; end <= runes.Length; end++)
                {
                    var text = string.Concat(runes[start..end]);
                    (followers.TryGetValue(text, out var list) ? list : followers[text] = []).Add((end < runes.Length ? runes[end] : $"end of {word}", count));
                }
            }
        }

        var seeds = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach (var (text, list) in followers)
        {
            var length = text.EnumerateRunes().Count();
            var isNode = list.Count > 1 && list.Select(one => one.Next).Distinct(StringComparer.Ordinal).Count() > 1;
            if (length == 1 || (length <= maxLength && isNode))
            {
                seeds[text] = (double)list.Sum(one => one.Count) * length;
            }
            else if (length <= maxLength && words.TryGetValue(text, out var count) && count > 1)
            {
                seeds[text] = (double)count * length;
            }
        }

        return seeds;
    }

    private static IEnumerable<int[]> Segmentations(string word, (string Text, double Score)[] pieces)
    {
        if (word.Length == 0)
        {
            yield return [];
        }

        for (var id = 0; id < pieces.Length && word.Length > 0; id++)
        {
            if (word.StartsWith(pieces[id].Text, StringComparison.Ordinal))
            {
                foreach (var rest in Segmentations(word[pieces[id].Text.Length..], pieces))
                {
                    yield return [id, .. rest];
                }
            }
        }
    }

    private static string Draw(SeededRandom random, int length) => string.Concat(Enumerable.Range(0, length).Select(_ => random.Pick(["a", "b", "c", "🦙"])));

    private static Dictionary<string, long> Words(int length) => File.ReadAllText(TestData.Require("data/tinyshakespeare/input.txt"))[..length]
        .Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries).GroupBy(word => word, StringComparer.Ordinal)
        .ToDictionary(group => "▁" + group.Key, group => (long)group.Count(), StringComparer.Ordinal);
}
