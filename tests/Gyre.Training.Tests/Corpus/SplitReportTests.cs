using Gyre.Contracts;
using Gyre.Models.Templates;
using Gyre.Training.Corpus;

namespace Gyre.Training.Tests.Corpus;

public class SplitReportTests(ITestOutputHelper output)
{
    [Fact]
    public void Held_out_rows_share_no_family_subject_name_or_prompt_with_training()
    {
        var corpus = new ShopCorpus(7);

        var report = SplitReport.Measure(corpus.Training(0, 30_000), corpus.HeldOut(150));

        output.WriteLine(report.ToTable());
        report.TrainingExamples.ShouldBe(30_000);
        report.FamiliesShared.ShouldBe(0);
        report.SubjectsShared.ShouldBe(0);
        report.NamesShared.ShouldBe(0);
        report.PromptsShared.ShouldBe(0);
        report.Tasks.Select(row => row.Task).ShouldBe(ShopTasks.All);
        report.Tasks.Single(row => row.Task == "answer").UnseenValues!.Value.ShouldBeGreaterThan(0.3);
    }

    [Fact]
    public void Held_out_rows_of_one_seed_were_never_training_of_another()
    {
        var report = SplitReport.Measure(new ShopCorpus(1).Training(0, 20_000), new ShopCorpus(2).HeldOut(60));

        (report.FamiliesShared + report.SubjectsShared + report.NamesShared + report.PromptsShared).ShouldBe(0);
    }

    [Fact]
    public void What_is_shared_is_counted()
    {
        var text = "One two three four five six seven eight nine, says the Lunera Coat.";
        var training = new ChatExample("answer", "ask.t0+frame.t1", "product:Lunera Coat", [new ChatTurn("user", text), new ChatTurn("assistant", "wool")]);
        var facts = new Dictionary<string, string> { ["context.material"] = "Wool", ["context.colour"] = "pale blue" };
        var same = new DatasetRow("1", "answer", text.ToUpperInvariant(), "wool", facts, "ask.t0+frame.h1", "product:Lunera Coat");
        var other = new DatasetRow("2", "answer", "zero two three four five six seven eight nine", "silk", facts, "ask.h0+frame.h1", "product:Velmora Coat");

        var report = SplitReport.Measure([training], [same, other]);

        report.FamiliesShared.ShouldBe(1);
        report.SubjectsShared.ShouldBe(1);
        report.NamesShared.ShouldBe(1);
        report.PromptsShared.ShouldBe(1);
        var row = report.Tasks.Single();
        row.Prompt8!.Value.ShouldBe(7.0 / 8, 1e-9); // 13 words have 6 runs of 8, all seen; 9 words have 2, one of them seen.
        row.Prompt13.ShouldBe(1);
        row.Reference8.ShouldBeNull();
        row.UnseenValues.ShouldBe(0.5);
        System.Text.Json.Nodes.JsonNode.Parse(report.ToJson())!["tasks"]![0]!["rows"]!.GetValue<int>().ShouldBe(2);
    }
}
