using Gyre.Evaluation.Reports;
using Gyre.Evaluation.Tests.Experiments;

namespace Gyre.Evaluation.Tests.Reports;

public class TerminalReportTests
{
    [Theory]
    [InlineData(40)]
    [InlineData(80)]
    [InlineData(120)]
    [InlineData(200)]
    public async Task No_line_is_wider_than_the_terminal(int width)
    {
        var result = await SampleExperiment.FourAsync(rows: 90);
        var lines = Lines(result, width);
        lines.ShouldAllBe(line => TextWidth.Of(line) <= width);
        lines.ShouldContain(line => line.Contains("exact-", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Everything_stands_in_a_wide_terminal_and_what_is_left_out_of_a_narrow_one_is_said()
    {
        var result = await SampleExperiment.FourAsync(rows: 90);
        var wide = string.Join('\n', Lines(result, 200));
        foreach (var word in new[] { "exact-match", "retrieval, with a rather long name", "refused", "undefined", "the row has no question that may be refused", "the call failed", "baseline", "cost of 1,000", "FAILED", "checks passed" })
        {
            wide.ShouldContain(word);
        }

        wide.ShouldNotContain("left out");
        string.Join('\n', Lines(result, 60)).ShouldContain("(left out for the width: ");
    }

    [Fact]
    public async Task Columns_are_aligned()
    {
        var lines = Lines(await SampleExperiment.FourAsync(rows: 90), 200);
        var rule = lines.FindIndex(line => line.StartsWith('─'));
        var column = lines[rule - 1].IndexOf("candidate", StringComparison.Ordinal);
        lines.Skip(rule + 1).Take(4).Select(line => line[column..].Split("  ")[0].Trim()).ShouldBe(["default", "few-shot", "retrieval, with a rather long name", "small"]);
    }

    [Fact]
    public async Task Names_and_reasons_cannot_steer_the_terminal()
    {
        var name = SampleExperiment.Hostile;
        var result = await SampleExperiment.RunAsync(SampleExperiment.Rows(30), null, new ScriptedCandidate("a", row => row.Reference), new ScriptedCandidate(name, row => row.Reference));
        var text = string.Join('\n', Lines(result with { Dataset = name, Name = name }, 100));
        text.ShouldNotContain('\u001B');
        text.ShouldNotContain('\0');
        text.ShouldNotContain('\u202E');
        text.Split('\n').ShouldAllBe(line => TextWidth.Of(line) <= 100);
    }

    [Fact]
    public void Wide_letters_take_two_columns_and_marks_none()
    {
        TextWidth.Of("漢字ab").ShouldBe(6);
        TextWidth.Of("e\u0301").ShouldBe(1);
        TextWidth.Fit("漢字漢字", 6, isRight: false).ShouldBe("漢字… ");
        TextWidth.Fit("ab", 4, isRight: true).ShouldBe("  ab");
    }

    private static List<string> Lines(Gyre.Evaluation.Experiments.ExperimentResult result, int width)
    {
        using var writer = new StringWriter { NewLine = "\n" };
        TerminalReport.Write(result, writer, width);
        return [.. writer.ToString().Split('\n')];
    }
}
