using Gyre.Orchestration.Retrieval;

namespace Gyre.Orchestration.Tests.Retrieval;

public sealed class RetrievalPromptTests
{
    private static readonly FixedRetriever Three = new(("alpha beta", 3), ("gamma {question}", 2), ("delta", 1));

    [Fact]
    public async Task Passages_stand_numbered_before_the_question()
    {
        var prompt = await Write(Three, new RetrievalOptions { Template = "P:\n{passages}\nQ: {question} {{}}" }, "Why {passages}?");

        prompt.Text.ShouldBe("P:\n[1] alpha beta\n\n[2] gamma {question}\n\n[3] delta\nQ: Why {passages}? {}");
        prompt.Passages.Select(passage => passage.Passage.Id).ShouldBe(["p1", "p2", "p3"]);
    }

    [Fact]
    public async Task A_passage_is_shown_as_its_template_says()
    {
        var options = new RetrievalOptions { Top = 2, Template = "{passages}|{question}", PassageTemplate = "({number}/{id}/{document}) {text}", Separator = ";" };

        (await Write(Three, options, "q")).Text.ShouldBe("(1/p1/d1) alpha beta;(2/p2/d2) gamma {question}|q");
    }

    [Fact]
    public async Task Nothing_found_has_words_of_its_own()
    {
        var prompt = await Write(new FixedRetriever(), new RetrievalOptions { NothingFoundTemplate = "None. {question}" }, "q");

        prompt.Text.ShouldBe("None. q");
        prompt.Passages.ShouldBeEmpty();
    }

    [Fact]
    public async Task Passages_below_the_least_score_are_not_found()
    {
        (await Write(Three, new RetrievalOptions { LeastScore = 2 }, "q")).Passages.Count.ShouldBe(2);
        (await Write(Three, new RetrievalOptions { LeastScore = 9 }, "q")).Text.ShouldStartWith("No passage was found");
    }

    [Theory]
    [InlineData(47, 3)] // 14 + 2 + 20 + 2 + 9: "[1] alpha beta", "[2] gamma {question}", "[3] delta".
    [InlineData(46, 2)]
    [InlineData(36, 2)]
    [InlineData(35, 1)]
    [InlineData(14, 1)]
    public async Task Whole_passages_stay_within_the_limit(int most, int expected) =>
        (await Write(Three, new RetrievalOptions { MostCharacters = most }, "q")).Passages.Count.ShouldBe(expected);

    [Fact]
    public async Task The_first_passage_is_cut_at_a_word_and_says_where_it_ends()
    {
        var prompt = await Write(Three, new RetrievalOptions { MostCharacters = 11, Template = "{passages}{question}" }, "");

        prompt.Text.ShouldBe("[1] alpha");
        var shown = prompt.Passages.Single().Passage;
        (shown.Text, shown.Start, shown.End).ShouldBe(("alpha", 10, 15));
    }

    [Fact]
    public async Task A_limit_that_holds_no_word_shows_no_passage() =>
        (await Write(Three, new RetrievalOptions { MostCharacters = 4 }, "q")).Passages.ShouldBeEmpty();

    [Fact]
    public async Task What_is_searched_for_may_differ_from_the_question()
    {
        var retriever = new FixedRetriever(("x", 1));
        var prompt = new RetrievalPrompt(retriever, new RetrievalOptions { Template = "{passages} {question}" });

        (await prompt.WriteAsync("long question", "words", TestContext.Current.CancellationToken)).Text.ShouldBe("[1] x long question");
        retriever.Queries.ShouldBe(["words"]);
    }

    [Theory]
    [InlineData("{question}", "{passages}")]
    [InlineData("{passages}", "{question}")]
    [InlineData("{passages} {question} {other}", "{other}")]
    [InlineData("{passages} {question} {", "no match")]
    [InlineData("{passages} {question} }", "no match")]
    public void A_template_with_a_fault_is_refused(string template, string named)
    {
        var error = Should.Throw<OrchestrationException>(() => new RetrievalPrompt(Three, new RetrievalOptions { Template = template }));

        error.Code.ShouldBe("ORC0008");
        error.Message.ShouldContain(named);
    }

    [Theory]
    [InlineData(0, 100, 0)]
    [InlineData(1001, 100, 0)]
    [InlineData(3, 0, 0)]
    [InlineData(3, 100, double.NaN)]
    public void Numbers_out_of_range_are_refused(int top, int most, double least) =>
        Should.Throw<OrchestrationException>(() => new RetrievalPrompt(Three, new RetrievalOptions { Top = top, MostCharacters = most, LeastScore = least })).Code.ShouldBe("ORC0009");

    [Fact]
    public async Task The_digest_changes_with_everything_that_decides_the_message()
    {
        var standard = new RetrievalOptions();
        (IRetriever, RetrievalOptions)[] all =
        [
            (Three, standard), (new FixedRetriever(), standard), (Three, standard with { Top = 4 }), (Three, standard with { LeastScore = 1 }),
            (Three, standard with { MostCharacters = 10 }), (Three, standard with { Template = "{passages}{question}" }), (Three, standard with { PassageTemplate = "{text}" }),
            (Three, standard with { Separator = "\n" }), (Three, standard with { NothingFoundTemplate = "{question}" }),
        ];
        var digests = await Task.WhenAll(all.Select(one => new RetrievalPrompt(one.Item1, one.Item2).DigestAsync()));

        digests.Distinct().Count().ShouldBe(all.Length);
        (await new RetrievalPrompt(Three, new RetrievalOptions()).DigestAsync(TestContext.Current.CancellationToken)).ShouldBe(digests[0]);
    }

    private static Task<RetrievedPrompt> Write(IRetriever retriever, RetrievalOptions options, string question) =>
        new RetrievalPrompt(retriever, options).WriteAsync(question, cancellationToken: TestContext.Current.CancellationToken);
}
