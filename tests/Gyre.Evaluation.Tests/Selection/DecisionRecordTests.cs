using System.Text.Json;
using Gyre.Evaluation.Selection;

namespace Gyre.Evaluation.Tests.Selection;

public sealed class DecisionRecordTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("gyre-decision-").FullName;
    private readonly FixedClock _clock = new();

    private string TextPath => Path.Combine(_folder, DecisionRecord.TextName);

    private string SignaturesPath => Path.Combine(_folder, DecisionRecord.SignaturesName);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void The_record_holds_context_options_evidence_and_the_day_of_the_clock()
    {
        Write();

        var text = File.ReadAllText(TextPath);
        foreach (var part in new[] { "# Decision: writer", "- Date: 2026-11-22", "- Decides: Owner", "Write descriptions.", "## Options", "## Limits", "## Objectives", "## What is not known", new string('e', 64), "digest-a", "## Evidence" })
        {
            text.ShouldContain(part);
        }

        using var numbers = JsonDocument.Parse(File.ReadAllText(Path.Combine(_folder, DecisionRecord.NumbersName)));
        numbers.RootElement.GetProperty("format").GetString().ShouldBe("gyre-selection-1");
        numbers.RootElement.GetProperty("chosen").GetString().ShouldBe("a");
        numbers.RootElement.GetProperty("candidates")[0].GetProperty("scores")[0].GetProperty("measurement").GetProperty("value").GetDouble().ShouldBe(0.9);
    }

    [Fact]
    public void Equal_choices_at_one_time_are_equal_bytes()
    {
        Write();
        var (text, numbers) = (File.ReadAllBytes(TextPath), File.ReadAllBytes(Path.Combine(_folder, DecisionRecord.NumbersName)));

        Write();

        File.ReadAllBytes(TextPath).ShouldBe(text);
        File.ReadAllBytes(Path.Combine(_folder, DecisionRecord.NumbersName)).ShouldBe(numbers);
    }

    [Fact]
    public void Signatures_are_added_and_nothing_before_them_changes()
    {
        Write();
        var unsigned = File.ReadAllText(TextPath);

        var first = DecisionRecord.Sign(_folder, "a", "Ann", "Best.", _clock);
        var once = File.ReadAllText(TextPath);
        DecisionRecord.Sign(_folder, "b", "Bob", "Cheaper.", _clock);
        var twice = File.ReadAllText(TextPath);

        once.ShouldStartWith(unsigned);
        twice.ShouldStartWith(once);
        once.ShouldContain("**Ann accepts a.** Best.");
        once.ShouldContain("The evidence chooses the same.");
        twice.ShouldContain("**Bob accepts b.** Cheaper.");
        twice.ShouldContain("The evidence chooses a.");
        first.Chosen.ShouldBe("a");
        File.ReadAllLines(SignaturesPath).Length.ShouldBe(2);
    }

    [Fact]
    public void A_signed_record_is_not_written_anew()
    {
        Write();
        DecisionRecord.Sign(_folder, "a", "Ann", "Best.", _clock);

        Should.Throw<EvaluationException>(Write).Code.ShouldBe("EVA0130");
    }

    [Theory]
    [InlineData(DecisionRecord.TextName, "0.800", "0.900")]
    [InlineData(DecisionRecord.TextName, "Ann accepts", "Eve accepts")]
    [InlineData(DecisionRecord.NumbersName, "\"chosen\": \"a\"", "\"chosen\": \"b\"")]
    [InlineData(DecisionRecord.SignaturesName, "Ann", "Eve")]
    [InlineData(DecisionRecord.SignaturesName, "\n", "")]
    public void What_was_changed_is_noticed_at_the_next_signature(string file, string from, string to)
    {
        Write();
        DecisionRecord.Sign(_folder, "a", "Ann", "Best.", _clock);
        DecisionRecord.Sign(_folder, "a", "Cid", "Yes.", _clock);
        var path = Path.Combine(_folder, file);
        var text = File.ReadAllText(path);
        text.ShouldContain(from);
        File.WriteAllText(path, text.Replace(from, to, StringComparison.Ordinal));

        Should.Throw<EvaluationException>(() => DecisionRecord.Sign(_folder, "a", "Bob", "Me too.", _clock)).Code.ShouldBe("EVA0132");
    }

    [Fact]
    public void A_text_that_was_changed_before_anybody_signed_is_noticed()
    {
        Write();
        File.AppendAllText(TextPath, "\nMore.\n");

        Should.Throw<EvaluationException>(() => DecisionRecord.Sign(_folder, "a", "Ann", "Best.", _clock)).Code.ShouldBe("EVA0132");
    }

    /// <summary>The line was kept and the text not yet: the next signature puts the text's end there first.</summary>
    [Fact]
    public void A_signature_that_was_cut_off_is_finished()
    {
        Write();
        var unsigned = File.ReadAllText(TextPath);
        DecisionRecord.Sign(_folder, "a", "Ann", "Best.", _clock);
        var once = File.ReadAllText(TextPath);
        File.WriteAllText(TextPath, unsigned);

        DecisionRecord.Sign(_folder, "a", "Bob", "Me too.", _clock);

        File.ReadAllText(TextPath).ShouldStartWith(once);
    }

    [Theory]
    [InlineData("c", "Ann", "Best.", "EVA0133")]
    [InlineData("", "Ann", "Best.", "EVA0134")]
    [InlineData("a", " ", "Best.", "EVA0134")]
    [InlineData("a", "Ann", "", "EVA0134")]
    public void A_signature_needs_a_candidate_a_name_and_a_reason(string candidate, string by, string reason, string code)
    {
        Write();

        Should.Throw<EvaluationException>(() => DecisionRecord.Sign(_folder, candidate, by, reason, _clock)).Code.ShouldBe(code);
        File.Exists(SignaturesPath).ShouldBeFalse();
    }

    [Fact]
    public void Who_misses_a_limit_cannot_be_accepted()
    {
        Write(SelectionSample.Recipe.Replace("memory_mib: 100", "memory_mib: 60", StringComparison.Ordinal));

        Should.Throw<EvaluationException>(() => DecisionRecord.Sign(_folder, "a", "Ann", "Best.", _clock)).Message.ShouldContain("does not keep memory");
    }

    [Fact]
    public void A_folder_without_a_record_is_said() =>
        Should.Throw<EvaluationException>(() => DecisionRecord.Sign(_folder, "a", "Ann", "Best.", _clock)).Code.ShouldBe("EVA0131");

    [Fact]
    public void Marks_and_tags_of_names_do_not_work()
    {
        Write(SelectionSample.Recipe.Replace("Write descriptions.", "\"<script>x</script> [link](http://x) **bold** | pipe @team \\e[31m\"", StringComparison.Ordinal));

        var text = File.ReadAllText(TextPath);
        text.ShouldNotContain("<script>");
        text.ShouldNotContain("[link](");
        text.ShouldNotContain("**bold**");
        text.ShouldNotContain("\u001B");
    }

    private void Write() => Write(SelectionSample.Recipe);

    private void Write(string recipe) => DecisionRecord.Write(_folder, SelectionSample.Decide(recipe, SelectionSample.Experiment(0.9, 0.6)), _clock);

    private sealed class FixedClock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => new(2026, 11, 22, 10, 0, 0, TimeSpan.Zero);
    }
}
