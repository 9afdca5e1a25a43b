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
        var suite = Suite(result, new ReportCheck("few-shot", "length no worse by 5", null, "no pairs"));
        var cases = suite.Elements("testcase").ToArray();
        cases.Select(item => item.Attribute("name")!.Value).Distinct().ShouldBe(["length no worse by 5", "exact-match ≥ 60.0 %", "all calls answered"]);
        cases.Length.ShouldBe(1 + 4 + 4);
        (suite.Attribute("tests")!.Value, suite.Attribute("failures")!.Value, suite.Attribute("skipped")!.Value).ShouldBe(("9", $"{cases.Count(item => item.Element("failure") is not null)}", "1"));
        var failure = cases.Single(item => item.Attribute("classname")!.Value == "stylesprint.small" && item.Attribute("name")!.Value == "all calls answered").Element("failure")!;
        failure.Attribute("message")!.Value.ShouldBe("3 of 240 calls failed");
        failure.Value.ShouldContain(result.DatasetDigest);
        cases[0].Element("skipped")!.Attribute("message")!.Value.ShouldBe("no pairs");
    }

    [Fact]
    public async Task Characters_that_XML_forbids_are_shown_not_written()
    {
        var result = await SampleExperiment.FourAsync(rows: 9);
        var hostile = SampleExperiment.Hostile + "\uD800]]>";
        var suite = Suite(result with { Name = hostile }, new ReportCheck(hostile, hostile, false, hostile));
        suite.Elements("testcase").First().Attribute("name")!.Value.ShouldContain("␀␛[31m⟨U+202E⟩");
    }

    private static XElement Suite(ExperimentResult result, params ReportCheck[] gates)
    {
        using var stream = new MemoryStream();
        JunitReport.Write(result, stream, gates);
        stream.Position = 0;
        return XDocument.Load(stream).Root!.Element("testsuite")!;
    }
}
