using System.Xml.Linq;
using Gyre.Evaluation.Experiments;
using Gyre.Evaluation.Reports;

namespace Gyre.Evaluation.Tests.Reports;

public class JunitReportTests
{
    [Fact]
    public async Task Each_demand_is_a_case_and_those_that_do_not_hold_fail_with_their_reason()
    {
        var result = await SampleExperiment.FourAsync();
        var suite = Suite(result);
        var cases = suite.Elements("testcase").ToArray();
        cases.Select(item => item.Attribute("name")!.Value).Distinct().ShouldBe(["exact-match worse by at most 2.0 pp", "exact-match ≥ 60.0 %", "all calls answered"]);
        cases.Length.ShouldBe(3 + 4 + 4);
        (suite.Attribute("tests")!.Value, suite.Attribute("failures")!.Value, suite.Attribute("skipped")!.Value).ShouldBe(("11", $"{cases.Count(item => item.Element("failure") is not null)}", "0"));
        var failure = cases.Single(item => item.Attribute("classname")!.Value == "stylesprint.small" && item.Attribute("name")!.Value == "all calls answered").Element("failure")!;
        failure.Attribute("message")!.Value.ShouldBe("3 of 240 calls failed");
        failure.Value.ShouldContain(result.DatasetDigest);
        cases[2].Element("failure")!.Attribute("message")!.Value.ShouldStartWith("the difference is −");
    }

    [Fact]
    public async Task Characters_that_XML_forbids_are_shown_not_written()
    {
        var result = await SampleExperiment.FourAsync(rows: 9);
        var hostile = SampleExperiment.Hostile + "\uD800]]>";
        var suite = Suite(result with { Name = hostile, Candidates = [result.Candidates[0] with { Name = hostile, Failed = 1 }] });
        suite.Elements("testcase").Last().Attribute("classname")!.Value.ShouldContain("␀␛[31m⟨U+202E⟩");
    }

    private static XElement Suite(ExperimentResult result)
    {
        using var stream = new MemoryStream();
        JunitReport.Write(result, stream);
        stream.Position = 0;
        return XDocument.Load(stream).Root!.Element("testsuite")!;
    }
}
