using System.Text.Json;
using Gyre.Contracts;
using Gyre.TestSupport;
using Gyre.Training.Curation.Decontamination;
using static Gyre.Training.Tests.Curation.CurationBench;

namespace Gyre.Training.Tests.Curation.Decontamination;

public sealed class EvaluationIndexTests : IDisposable
{
    private const string Question = "A farmer has twelve baskets with nine apples each and sells half of all the apples on Monday. How many are left?";
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(ContaminationKind.SameQuestion, "a farmer has twelve baskets, with nine apples each, and sells half of all the apples on MONDAY -- how many are left")]
    [InlineData(ContaminationKind.Run, "We read today that a farmer has twelve baskets with nine apples each and sells half of them to a shop near the lake.")]
    [InlineData(ContaminationKind.NearQuestion, "A farmer has twelve small baskets with nine apples each and sells half of all apples on Monday. How many are left?")]
    public void A_copy_is_found_and_names_its_item(ContaminationKind kind, string text)
    {
        using var index = Index(new DecontaminationOptions { NearThreshold = 0.5 });

        var hit = index.Find(Text(text)).ShouldNotBeNull();

        hit.Kind.ShouldBe(kind);
        hit.Item.Id.ShouldBe("q:1");
    }

    [Theory]
    [InlineData("A farmer has many apples and sells them on the market every Monday, as farmers do.")]
    [InlineData("How many are left?")]
    [InlineData("")]
    public void What_only_speaks_of_the_same_is_none(string text)
    {
        using var index = Index(new DecontaminationOptions());

        index.Find(Text(text)).ShouldBeNull();
    }

    [Fact]
    public void A_shorter_run_finds_shorter_quotations()
    {
        const string Quotation = "It says: has twelve baskets with nine apples each and then something else entirely.";
        using var thirteen = Index(new DecontaminationOptions());
        using var eight = Index(new DecontaminationOptions { RunWords = 8 });

        thirteen.Find(Text(Quotation)).ShouldBeNull();
        eight.Find(Text(Quotation)).ShouldNotBeNull().Detail.ShouldBe("8 words in a row: 'has twelve baskets with nine apples each and'");
    }

    [Fact]
    public void A_form_of_words_that_many_items_share_is_not_looked_for()
    {
        using var index = new EvaluationIndex(new DecontaminationOptions { CommonItems = 5 }, _folder.Path);
        for (var i = 0; i < 6; i++)
        {
            index.Add(new EvaluationItem("q", $"{i}", $"Which one of the following statements about the subject of this course is true for {i}?"));
        }

        index.CommonRuns.ShouldBeGreaterThan(0);
        index.Find(Text("Which one of the following statements about the subject of this course is true for everything else that we know?")).ShouldBeNull();
    }

    [Fact]
    public void Short_items_are_looked_for_whole()
    {
        using var index = new EvaluationIndex(new DecontaminationOptions(), _folder.Path);
        index.Add(new EvaluationItem("q", "nine", "What is the tallest mountain of the whole earth?"));
        index.Add(new EvaluationItem("q", "four", "Who wrote this book?"));

        index.Find(Text("Quiz night: what is the tallest mountain of the whole earth? Nobody knew.")).ShouldNotBeNull().Item.Id.ShouldBe("nine");
        index.Find(Text("I asked who wrote this book? and left")).ShouldBeNull("four words stand in many texts");
        index.Find(Text("Who wrote this book")).ShouldNotBeNull().Item.Id.ShouldBe("four");
    }

    /// <summary>Real evaluation sets: what is planted is found with its item's name, what is not planted is not found.</summary>
    [Fact]
    public void Planted_items_of_real_benchmarks_are_found_and_named()
    {
        var items = Items("mmlu", Directory.GetFiles(TestData.Require("data/mmlu/test"), "*.csv").Order(StringComparer.Ordinal).Take(6)).Concat(Items("gsm8k", [TestData.Require("data/gsm8k/test_even.jsonl")])).ToArray();
        using var index = new EvaluationIndex(new DecontaminationOptions(), _folder.Path);
        foreach (var item in items)
        {
            index.Add(item);
        }

        var random = new SeededRandom(31);
        var (planted, found, named) = (0, 0, 0);
        foreach (var item in items.Where(item => item.Question.Split(' ').Length >= 16).Where(_ => random.NextInt32(8) == 0))
        {
            planted++;
            var hit = index.Find(Text($"Notes from a forum, page {planted}. Somebody wrote: {item.Question} And others answered at length."));
            found += hit is null ? 0 : 1;
            named += hit?.Item.Question == item.Question ? 1 : 0;
        }

        planted.ShouldBeGreaterThan(80);
        found.ShouldBe(planted);
        ((double)named / planted).ShouldBeGreaterThan(0.95); // A few questions share their passage with another one.
        var clean = File.ReadLines(Path.Combine(TestData.Require("data/instructions"), "user_oriented_instructions.jsonl")).Select(line => Text(JsonElement.Parse(line).GetProperty("instruction").GetString()!)).ToArray();
        clean.Count(record => index.Find(record) is not null).ShouldBe(0);
        TestContext.Current.TestOutputHelper?.WriteLine($"{index.Count} items, {planted} planted, {found} found, {named} named; {clean.Length} clean texts, none found");
    }

    private EvaluationIndex Index(DecontaminationOptions options)
    {
        var index = new EvaluationIndex(options, _folder.Path);
        index.Add(new EvaluationItem("q", "q:1", Question));
        index.Add(new EvaluationItem("q", "q:2", "A train leaves at noon and arrives two hours later after driving through three tunnels and over one long bridge. How fast was it?"));
        return index;
    }

    private static IEnumerable<EvaluationItem> Items(string set, IEnumerable<string> files)
    {
        foreach (var file in files)
        {
            var number = 0;
            foreach (var line in File.ReadLines(file))
            {
                number++;
                var question = file.EndsWith(".jsonl", StringComparison.Ordinal) ? JsonElement.Parse(line).GetProperty("question").GetString()! : number > 1 && !line.Contains('"', StringComparison.Ordinal) ? line.Split(',')[0] : "";
                if (question.Length > 0)
                {
                    yield return new EvaluationItem(set, $"{Path.GetFileName(file)}:{number}", question);
                }
            }
        }
    }
}
