using Gyre.Contracts;
using Gyre.Evaluation.Scorers;
using Gyre.Training.Curation.Filtering;
using static Gyre.Training.Tests.Curation.CurationBench;

namespace Gyre.Training.Tests.Curation.Filtering;

public class RecordFilterTests
{
    private const string Prose = "The baker opened the shop before sunrise and lit the old oven with dry birch wood. While it warmed she weighed flour, salt and water, and folded the dough that had rested over night. By six the first loaves were out, and the street smelled of crust. A neighbour came for rolls, then two pupils, then the driver of the early bus.";

    [Fact]
    public void Lengths_outside_the_bounds_and_empty_parts_go()
    {
        var filter = new LengthFilter { LeastWords = 2, MostWords = 4, Role = "completion" };

        filter.Reject(Pair("p", "two words")).ShouldBeNull();
        filter.Reject(Pair("p", "one")).ShouldNotBeNull().Rule.ShouldBe("length.words");
        filter.Reject(Pair("p", "one two three four five")).ShouldNotBeNull().Reason.ShouldContain("5 words");
        filter.Reject(Pair(" ", "two words")).ShouldNotBeNull().Rule.ShouldBe("length.empty");
        new LengthFilter { MostCharacters = 3 }.Reject(Text("four")).ShouldNotBeNull().Rule.ShouldBe("length.characters");
    }

    [Theory]
    [InlineData("repetition.duplicate-line", "a b c d e f\ng h i j k l\na b c d e f\na b c d e f\ng h i j k l\n")]
    [InlineData("repetition.duplicate-line-characters", "The very same long line about one subject that fills most of what is here stands twice in it.\nz q w\nr t y\nu o p\nThe very same long line about one subject that fills most of what is here stands twice in it.")]
    [InlineData("repetition.top-2-gram", "buy now x1 buy now x2 buy now x3 buy now x4 buy now x5 buy now x6 buy now x7 y1 y2 y3")]
    public void Texts_that_repeat_themselves_go(string rule, string text) =>
        new RepetitionFilter { LeastWords = 5 }.Reject(Text(text)).ShouldNotBeNull().Rule.ShouldBe(rule);

    /// <summary>The limits are those of the published table: a text at a limit stays, just above it goes.</summary>
    [Theory]
    [InlineData(8, 0.12)]
    [InlineData(9, 0.11)]
    [InlineData(10, 0.10)]
    public void Long_runs_count_once_where_they_overlap(int length, double most)
    {
        // All words have the same length, so that shares of characters are shares of words.
        var all = (int)Math.Round(length / most);
        string[] words = [.. Enumerable.Range(0, all).Select(i => $"w{i:000}")];
        var atLimit = words[..^length].Concat(words[..length]).ToArray();
        var above = words[..^(length + 1)].Concat(words[..length]).ToArray();

        new RepetitionFilter { LeastWords = 1 }.Reject(Text(string.Join(' ', atLimit))).ShouldBeNull();
        new RepetitionFilter { LeastWords = 1 }.Reject(Text(string.Join(' ', above))).ShouldNotBeNull().Rule.ShouldStartWith("repetition.duplicate-");
    }

    [Fact]
    public void Prose_stays_and_short_answers_are_not_looked_at()
    {
        new RepetitionFilter().Reject(Text(Prose)).ShouldBeNull();
        new QualityFilter().Reject(Text(Prose)).ShouldBeNull();
        new QualityFilter { NeedsStopWords = true }.Reject(Text(Prose)).ShouldBeNull();
        new RepetitionFilter().Reject(Text("no no no")).ShouldBeNull();
    }

    [Theory]
    [InlineData("quality.word-length", "a b c d e f g h i j")]
    [InlineData("quality.symbols", "#tag one #two three #four five #six seven")]
    [InlineData("quality.bullets", "- aaaa bbbb\n- cccc dddd\n- eeee ffff")]
    [InlineData("quality.ellipses", "read this first...\nthen more of this and a lot of other words so that symbols are few enough\nplain line of words here\nagain...")]
    [InlineData("quality.not-alphabetic", "1000 2000 3000 word 4000 5000")]
    public void Texts_that_are_no_prose_go(string rule, string text) =>
        new QualityFilter { LeastWords = 3 }.Reject(Text(text)).ShouldNotBeNull().Rule.ShouldBe(rule);

    [Fact]
    public void Expressions_keep_or_drop()
    {
        new PatternFilter("mail", PatternFilter.Compile("[a-z]+@[a-z]+"), drops: true).Reject(Text("write to me@home")).ShouldNotBeNull().Reason.ShouldBe("found 'me@home'");
        new PatternFilter("code", PatternFilter.Compile("def "), drops: false, "completion").Reject(Pair("def x", "none")).ShouldNotBeNull();
        new PatternFilter("code", PatternFilter.Compile("def "), drops: false).Reject(Pair("def x", "none")).ShouldBeNull();
        new PatternFilter("slow", PatternFilter.Compile(@"(?<q>a+)+\k<q>b$"), drops: true).Reject(Text(new string('a', 40))).ShouldNotBeNull().Reason.ShouldContain("longer than a second");
    }

    [Fact]
    public async Task Perplexity_is_bounded_and_of_an_answer_behind_its_prompt()
    {
        var filter = new LikelihoodFilter(new WordCosts(), 1, 8);

        var verdicts = await filter.RejectAsync([Text("easy easy"), Text("hard easy"), Pair("hard hard", "easy"), Pair("easy", "hard"), Text("")], TestContext.Current.CancellationToken);

        verdicts.Select(verdict => verdict?.Rule).ShouldBe([null, "perplexity", null, "perplexity", "perplexity.not-scored"]);
        verdicts[1]!.Value.Reason.ShouldContain("a perplexity of 10.0 by words");
    }

    [Fact]
    public async Task A_scorer_of_the_evaluation_room_decides()
    {
        var filter = new ScorerFilter(ScorerCatalogue.Find("non-empty").ShouldNotBeNull(), 1, 1);

        var verdicts = await filter.RejectAsync([Pair("p", "answer"), Pair("p", " ")], TestContext.Current.CancellationToken);

        verdicts.Select(verdict => verdict?.Rule).ShouldBe([null, "score.non-empty"]);
    }

    private sealed class WordCosts : ILikelihoodScorer
    {
        public string Model => "words";

        public string Digest => "words";

        public Task<IReadOnlyList<Likelihood>> ScoreAsync(IReadOnlyList<LikelihoodRequest> requests, CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<Likelihood>>([.. requests.Select(request => Score(request.Continuation))]);

        public Task<IReadOnlyList<Likelihood>> ScoreTextsAsync(IReadOnlyList<string> texts, CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<Likelihood>>([.. texts.Select(Score)]);

        /// <summary>An easy word has probability 1, a hard one 1/100.</summary>
        private static Likelihood Score(string text)
        {
            var words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            return Likelihood.Of(-words.Count(word => word == "hard") * Math.Log(100), words.Length, isGreedy: false);
        }
    }
}
