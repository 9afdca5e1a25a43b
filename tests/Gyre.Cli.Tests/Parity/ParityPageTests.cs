using System.Text.RegularExpressions;
using Gyre.Cli.Parity;
using Gyre.Cli.Verbs;
using Gyre.TestSupport;

namespace Gyre.Cli.Tests.Parity;

public sealed partial class ParityPageTests
{
    [Fact]
    public void The_committed_page_is_what_the_command_writes()
    {
        var folder = TestData.Require("data/metric-goldens")[..^"data/metric-goldens".Length];

        var page = ParityPage.Write(ParityVerb.Run(ParityFamilies.All, folder, TestContext.Current.CancellationToken));

        Masked(page).ShouldBe(Masked(File.ReadAllText(Path.Combine(TestData.RepositoryRoot, "docs/parity.md"))), "Write it anew with 'gyre parity --page docs/parity.md' when that is meant.");
    }

    [Fact]
    public void Values_that_come_with_Gyre_are_equal_without_any_folder_and_the_others_say_what_they_lack()
    {
        var results = ParityVerb.Run(ParityFamilies.All, null, TestContext.Current.CancellationToken);

        results.Count(result => result.IsEqual).ShouldBe(ParityFamilies.All.Count(family => family.Needs.Count == 0));
        results.Where(result => result.Family.Needs.Count > 0).ShouldAllBe(result => result.IsAbsent && result.Verdict == "not run: no data");
        results.ShouldAllBe(result => result.IsAbsent == (result.Values == 0));
        ParityPage.Write(results).ShouldContain("needs 'data/metric-goldens/sacrebleu-goldens.json'");
    }

    [Fact]
    public void A_value_that_differs_is_marked_and_no_family_may_compare_nothing()
    {
        var results = ParityVerb.Run([new Planted(1.25, 1.2499), new Planted(1.25, double.NaN), new Planted()], null, TestContext.Current.CancellationToken);

        results.ShouldAllBe(result => !result.IsEqual && !result.IsAbsent);
        results.Select(result => result.Verdict).ShouldBe(["1 of 1 different", "1 of 1 different", "failed"]);
        ParityPage.Write(results).ShouldContain("| planted | 1.2500 | 1.2499 | **different** |");
    }

    [Fact]
    public void Families_have_names_of_their_own()
    {
        ParityFamilies.All.Select(family => family.Name).Distinct(StringComparer.Ordinal).Count().ShouldBe(ParityFamilies.All.Count);
        ParityFamilies.All.ShouldAllBe(family => family.Source.Length > 0 && family.Compared.Length > 0);
    }

    [Theory]
    [InlineData("1.5", 1.5499999, true)]
    [InlineData("1.5", 1.551, false)]
    [InlineData("48.530827", 48.5308274, true)]
    [InlineData("48.530827", 48.530828, false)]
    [InlineData("3", 3.4, true)]
    [InlineData("0", double.NaN, false)]
    public void Printed_values_hold_to_the_digits_that_are_printed(string printed, double found, bool isEqual) => ParityRow.Digits("value", printed, found).IsEqual.ShouldBe(isEqual);

    [Fact]
    public void Groups_without_a_value_or_with_one_that_is_no_number_are_not_equal()
    {
        ParityRow.Group("none", [], 1).IsEqual.ShouldBeFalse();
        ParityRow.Same("none", []).IsEqual.ShouldBeFalse();
        ParityRow.Group("no number", [(1, double.NaN), (1, 1)], 1).IsEqual.ShouldBeFalse();
        ParityRow.Group("three", [(1, 1.1), (2, 2), (3, 2.95)], 0.11).ShouldSatisfyAllConditions(row => row.IsEqual.ShouldBeTrue(), row => row.Difference.ShouldBe(0.1, 1e-12), row => row.Values.ShouldBe(3));
        ParityRow.Same("two of three", [true, false, true]).IsEqual.ShouldBeFalse();
    }

    [Fact]
    public async Task The_verb_ends_well_and_names_what_it_does_not_know()
    {
        (await GyreProcess.RunAsync("parity", "--family", "rouge-score", "--family", "wilson", "--json")).ShouldSatisfyAllConditions(
            outcome => outcome.ExitCode.ShouldBe(0, outcome.Error),
            outcome => outcome.Output.ShouldContain("\"verdict\": \"equal\""));
        (await GyreProcess.RunAsync("parity", "--family", "rouge")).ExitCode.ShouldBe(2);
        (await GyreProcess.RunAsync("parity", "--reference", "/there/is/no/such/folder")).ExitCode.ShouldBe(3);
    }

    /// <summary>The last digits of differences depend on the processor.</summary>
    private static string Masked(string page) => Bound().Replace(page.ReplaceLineEndings("\n"), "| ~ |");

    [GeneratedRegex(@"(?<=\|) (?:0|< 1e-\d+) \|", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Bound();

    private sealed class Planted(params double[] values) : IParityFamily
    {
        public string Name => "planted";

        public string Source => "this test";

        public string Compared => "one value";

        public bool IsListed => true;

        public IEnumerable<ParityRow> Compute(ParityInput input) => values.Length == 0 ? [] : [new ParityRow("planted", values[0], values[1], 1e-9)];
    }
}
