using Gyre.Contracts;
using Gyre.TestSupport;
using Gyre.Training.Encoders;

namespace Gyre.Training.Tests.Encoders;

/// <summary>Files of questions, generated questions, shared words and thresholds.</summary>
public sealed class QuestionTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Questions_of_a_published_file_stand_where_it_says()
    {
        var items = QuestionFile.Read(TestData.Require("data/xquad-en/xquad.en.part1.json"));
        items.Count.ShouldBe(612);
        items.ShouldAllBe(item => item.Answers.All(answer => item.Passage.Substring(answer.Start, answer.Text.Length) == answer.Text));
        var splits = QuestionSplits.Read(new QuestionDataRecipe { Files = [TestData.Require("data/xquad-en/xquad.en.part1.json")], DevelopmentArticles = 4, TestArticles = 8, Unanswerable = 0.5 });
        var parts = new[] { splits.Training, splits.Development, splits.Test };
        parts.Select(part => part.Select(item => item.Article).Distinct().Count()).ShouldBe([12, 4, 8]);
        parts.SelectMany(part => part.Select(item => item.Passage).Distinct()).ShouldBeUnique();
        splits.Test.Where(item => item.Answers.Count == 0).ShouldAllBe(item => splits.Test.First(other => other.Passage == item.Passage).Article != item.Article);
    }

    [Theory]
    [InlineData("{\"data\":[{\"title\":\"t\",\"paragraphs\":[{\"context\":\"a b\",\"qas\":[{\"id\":\"1\",\"question\":\"q\",\"answers\":[{\"text\":\"b\",\"answer_start\":1}]}]}]}]}", "does not stand at place 1")]
    [InlineData("{\"data\":[{\"title\":\"t\",\"paragraphs\":[{\"context\":\"a b\",\"qas\":[{\"id\":\"1\",\"question\":\"q\",\"answers\":[]}]}]}]}", "has no answer")]
    [InlineData("{\"data\":[]}", "no questions")]
    [InlineData("{\"data\":{}}", "no list 'data'")]
    [InlineData("[1", "Expected SQuAD's form")]
    [InlineData("{\"data\":[{\"title\":\"t\",\"paragraphs\":[{\"context\":7,\"qas\":[]}]}]}", "no text 'context'")]
    public void Damaged_files_are_refused_with_the_fault(string json, string named)
    {
        File.WriteAllText(_folder.In("q.json"), json);
        var error = Should.Throw<TrainingException>(() => QuestionFile.Read(_folder.In("q.json")));
        error.Code.ShouldBe("TRN0555");
        error.Message.ShouldContain(named);
    }

    [Fact]
    public void Places_count_code_points_and_questions_may_have_no_answer()
    {
        File.WriteAllText(_folder.In("q.json"), "{\"data\":[{\"title\":\"t\",\"paragraphs\":[{\"context\":\"𝄞 key\",\"qas\":[{\"id\":\"1\",\"question\":\"q\",\"answers\":[{\"text\":\"key\",\"answer_start\":2}]},{\"id\":\"2\",\"question\":\"r\",\"is_impossible\":true,\"answers\":[]}]}]}]}");
        var items = QuestionFile.Read(_folder.In("q.json"));
        items[0].Answers[0].Start.ShouldBe(3);
        items[1].Answers.ShouldBeEmpty();
    }

    [Fact]
    public void Shared_words_choose_the_sentence_and_doubt_what_shares_nothing()
    {
        var lexical = new LexicalAnswerer(["The cat sat. The dog ran to Berlin. A bird flew."], 4);
        const string Passage = "A bird flew over Vienna. The dog ran to Berlin. The cat sat at home.";
        var found = lexical.Answer("Where did the dog run?", Passage);
        found.Text.ShouldContain("Berlin");
        lexical.Answer("Which planet is large?", Passage).Doubt.ShouldBe(1);
        found.Doubt.ShouldBeLessThan(0.7);
        new LexicalAnswerer(["x"], int.MaxValue).Answer("Where did the dog run?", Passage).Text.ShouldBe("The dog ran to Berlin.");
    }

    [Theory]
    [InlineData("In 1819 it rained.", 3, 6, "1819")]
    [InlineData("Mongol invasions ended.", 7, 12, "invasions")]
    [InlineData("Mongol invasions ended.", 9, 12, "invasions")]
    [InlineData("(Rome)", 1, 5, "Rome")]
    [InlineData("Rome", 0, 4, "Rome")]
    public void Answers_are_whole_words(string passage, int start, int end, string expected) =>
        AnswersJob.WholeWords(passage, new Gyre.Models.Tokenizers.TextSpan(start, end)).ShouldBe(expected);

    [Fact]
    public void The_threshold_is_where_the_score_is_best()
    {
        QuestionItem[] items =
        [
            new("1", "a", "p", "q", [new QuestionAnswer(0, "right")]), new("2", "a", "p", "q", []),
            new("3", "a", "p", "q", [new QuestionAnswer(0, "the right one")]), new("4", "a", "p", "q", []),
        ];
        var scores = new AnswerScores(items, [new("right", 0.1), new("x", 0.9), new("right", 0.3), new("y", 0.5)]);
        scores.BestThreshold().ShouldBe(0.3);
        var at = scores.At(0.3);
        at.F1.ShouldBe((1 + 1 + (2 / 3.0) + 1) / 4, 1e-12); // Articles do not count: one of two words is shared.
        at.Exact.ShouldBe(0.75);
        at.Answered.ShouldBe(0.5);
        scores.At(double.NegativeInfinity).ShouldBe((0.5, 0.5, 0));
        var none = new AnswerScores(items, [new("", 1), new("", 1), new("", 1), new("", 1)]);
        scores.Compare(none, 0, 0.3, (s, i, t) => s.F1(i, t), _ => true).Difference.Number.ShouldBe(at.F1 - 0.5, 1e-12);
    }

    public void Dispose() => _folder.Dispose();
}
