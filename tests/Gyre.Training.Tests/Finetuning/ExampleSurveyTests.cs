using Gyre.TestSupport;
using Gyre.Training.Finetuning;

namespace Gyre.Training.Tests.Finetuning;

public sealed class ExampleSurveyTests : IDisposable
{
    private static readonly string Base = Path.Combine(TestData.RepositoryRoot, "models", "compact");
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Examples_are_counted_and_measured_as_training_encodes_them()
    {
        var training = Write("a.jsonl", Line("Hi", "Yes"), Line("Hi", "Yes, of course, whatever you like."), Line("Hi", "Yes"));
        var held = Write("b.jsonl", Line("Hi there, is it you whom I met before?", "Yes, of course, whatever you like, at any time."));

        var survey = ExampleSurvey.Read(Base, training, held);

        (survey.Lengths.Count, survey.ValidationExamples, survey.Lengths[0]).ShouldBe((3, 1, survey.Lengths[2]));
        survey.Lengths[1].ShouldBeGreaterThan(survey.Lengths[0]);
        survey.Longest.ShouldBeGreaterThan(survey.Lengths[1]); // The held-out one.
        survey.Positions.ShouldBe(survey.Lengths.Sum());
    }

    [Theory]
    [InlineData(10, 1, 1)]
    [InlineData(10, 0, 0)]
    [InlineData(30, 10, 4)]
    [InlineData(29, 10, 5)]
    [InlineData(1000, 200, 2)]
    public void Rows_are_filled_as_far_as_examples_fit(int length, int examples, int rows) =>
        (new ExampleSurvey { Lengths = [.. Enumerable.Repeat(10, examples)], Longest = 10, ValidationExamples = 0, ContextLength = 2048, Width = 1 }).RowsOf(length).ShouldBe(rows);

    [Fact]
    public void Every_fault_is_told_with_its_place()
    {
        var training = Write("a.jsonl", Line("Hi", "Yes"), "{}", Line("Hi", string.Concat(Enumerable.Repeat("very ", 20_000))));

        var error = Should.Throw<TrainingException>(() => ExampleSurvey.Read(Base, training, Write("empty.jsonl")));

        error.Code.ShouldBe("TRN0302");
        error.Message.ShouldContain("a.jsonl:2: ");
        error.Message.ShouldContain("a.jsonl:3: has ");
        error.Message.ShouldContain("empty.jsonl: holds no example");
    }

    private static string Line(string prompt, string completion) => $$"""{"prompt":"{{prompt}}","completion":"{{completion}}"}""";

    private string Write(string name, params string[] lines)
    {
        var path = _folder.In(name);
        File.WriteAllText(path, string.Join('\n', lines));
        return path;
    }
}
