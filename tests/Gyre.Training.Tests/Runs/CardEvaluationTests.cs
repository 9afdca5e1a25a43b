using Gyre.Training.Runs;

namespace Gyre.Training.Tests.Runs;

public sealed class CardEvaluationTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void The_table_stands_between_the_marks_and_a_second_one_replaces_it()
    {
        var card = _folder.In("README.md");
        File.WriteAllText(card, $"# a\n\n{ModelCard.EvaluationBegin}\nNot evaluated yet.\n{ModelCard.EvaluationEnd}\n\n## b\n");

        CardEvaluation.Write(card, "| 1 |\n");
        CardEvaluation.Write(card, "| 2 |\n");

        File.ReadAllText(card).ShouldBe($"# a\n\n{ModelCard.EvaluationBegin}\n| 2 |\n{ModelCard.EvaluationEnd}\n\n## b\n");
    }

    [Fact]
    public void A_card_without_marks_stays_as_it_is()
    {
        var card = _folder.In("README.md");
        File.WriteAllText(card, $"{ModelCard.EvaluationEnd} {ModelCard.EvaluationBegin}");

        Should.Throw<TrainingException>(() => CardEvaluation.Write(card, "| 1 |")).Code.ShouldBe("TRN0051");
        Should.Throw<TrainingException>(() => CardEvaluation.Write(_folder.In("absent.md"), "| 1 |")).Code.ShouldBe("TRN0051");

        File.ReadAllText(card).ShouldBe($"{ModelCard.EvaluationEnd} {ModelCard.EvaluationBegin}");
    }

    public void Dispose() => _folder.Dispose();
}
