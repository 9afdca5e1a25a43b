using Gyre.Evaluation.Experiments;
using Gyre.Evaluation.Metrics;
using Gyre.Evaluation.Reports;
using Gyre.Evaluation.Statistics;
using Gyre.Evaluation.Tests.Experiments;

namespace Gyre.Evaluation.Tests.Reports;

public class MarkdownReportTests
{
    [Fact]
    public async Task A_pull_request_gets_the_decision_a_table_and_folded_parts()
    {
        var result = await SampleExperiment.FourAsync();
        var text = Text(result);
        text.ShouldStartWith("### ❌ `stylesprint`\n\n`few-shot` ");
        text.ShouldContain("| metric | baseline | candidate | value | difference | interval | p | verdict |");
        text.ShouldContain("- ❌ `small`: `all calls answered` does not hold: 3 of 240 calls failed.");
        text.ShouldContain("undefined: `no answer has a value` (`the row has no question that may be refused`)");
        text.ShouldContain("15 lines have no value, mostly: `the row has no question that may be refused`.");
        text.ShouldContain("<details><summary>Parts of the rows: ");
        text.Split('\n').Count(line => line.StartsWith("| `exact-match` | ", StringComparison.Ordinal)).ShouldBe(3);
    }

    [Fact]
    public async Task Every_line_of_a_table_has_as_many_cells_as_its_head()
    {
        var result = await SampleExperiment.FourAsync(rows: 90);
        foreach (var text in new[] { Text(result), Text(await SampleExperiment.RunAsync(SampleExperiment.Rows(30), null, new ScriptedCandidate(SampleExperiment.Hostile, row => row.Reference))) })
        {
            var cells = 0;
            var tables = 0;
            foreach (var line in text.Split('\n'))
            {
                var found = line.StartsWith('|') ? line.Replace("\\|", "", StringComparison.Ordinal).Count(letter => letter == '|') : 0;
                tables += found > 0 && cells == 0 ? 1 : 0;
                (found == 0 || cells == 0 || found == cells).ShouldBeTrue(line);
                cells = found;
            }

            tables.ShouldBeGreaterThanOrEqualTo(2);
        }
    }

    [Theory]
    [InlineData("plain", "`plain`")]
    [InlineData("a`b``c", "```a`b``c```")]
    [InlineData("`edge", "`` `edge ``")]
    [InlineData("a|b", "`a\\|b`")]
    [InlineData("", "(empty)")]
    [InlineData("one\ntwo @team <b>", "`one↵two @team <b>`")]
    public void Names_stand_in_code_where_nothing_works(string name, string code) => MarkdownText.Code(name, isCell: true).ShouldBe(code);

    [Fact]
    public void Words_of_reasons_are_escaped_and_name_nobody() =>
        MarkdownText.Sentence(new Sentence().Say("found <b> *x* | @team [a](b) #1")).ShouldBe("found &lt;b&gt; \\*x\\* \\| @\u200Bteam \\[a\\](b) \\#1");

    [Fact]
    public async Task The_gate_stands_first_and_what_was_not_shown_does_not_hold()
    {
        var worse = await SampleExperiment.RunAsync(SampleExperiment.Rows(60), null, new ScriptedCandidate("a", row => row.Reference), new ScriptedCandidate("b", _ => "wrong"));
        Text(worse).ShouldContain("\n- ❌ `b`: `exact-match worse by at most 2.0 pp` does not hold: the difference is −100.0 pp, p = ");
        var unshown = worse with { Gates = [worse.Gates[0] with { Finding = new RegressionFinding(0, MetricValue.Undefined(UndefinedCause.NoSamples, "no pairs"), null, null), AdjustedPValue = null, Verdict = GateVerdict.NotShown }] };
        Text(unshown).ShouldContain("`exact-match worse by at most 2.0 pp` does not hold: nothing was shown: no pairs.");
        Text(await SampleExperiment.RunAsync(SampleExperiment.Rows(60), null, new ScriptedCandidate("a", row => row.Reference), new ScriptedCandidate("b", row => row.Reference))).ShouldStartWith("### ✅");
    }

    private static string Text(Gyre.Evaluation.Experiments.ExperimentResult result)
    {
        using var writer = new StringWriter { NewLine = "\n" };
        MarkdownReport.Write(result, writer);
        return writer.ToString();
    }
}
