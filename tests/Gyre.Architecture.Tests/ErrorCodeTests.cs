using System.Text.RegularExpressions;
using Gyre.TestSupport;

namespace Gyre.Architecture.Tests;

/// <summary>docs/errors.md lists the codes that the sources give, no more and no fewer.</summary>
public partial class ErrorCodeTests
{
    [Fact]
    public void Every_code_of_the_sources_is_documented() => Given().Except(Documented()).ShouldBeEmpty();

    [Fact]
    public void Every_documented_code_is_given_somewhere() => Documented().Except(Given()).ShouldBeEmpty();

    [Fact]
    public void No_code_is_documented_twice() =>
        Documented().GroupBy(code => code).Where(group => group.Count() > 1).Select(group => group.Key).ShouldBeEmpty();

    [Fact]
    public void Every_code_stands_below_its_room()
    {
        var room = "";
        var strays = new List<string>();
        foreach (var line in File.ReadLines(Page()))
        {
            room = line.StartsWith("## ", StringComparison.Ordinal) ? line[3..6] : room;
            strays.AddRange(Row().Matches(line).Select(match => match.Groups["code"].Value).Where(code => code[..3] != room));
        }

        strays.ShouldBeEmpty();
    }

    private static string Page() => Path.Combine(TestData.RepositoryRoot, "docs", "errors.md");

    private static List<string> Documented()
    {
        var codes = File.ReadLines(Page()).SelectMany(line => Row().Matches(line)).Select(match => match.Groups["code"].Value).ToList();
        codes.Count.ShouldBeGreaterThan(100); // Otherwise the table's form has changed.
        return codes;
    }

    /// <summary>Codes that are a literal of their own, and codes at the end of a message, in parentheses.</summary>
    private static List<string> Given()
    {
        var codes = Directory.EnumerateFiles(Path.Combine(TestData.RepositoryRoot, "src"), "*.cs", SearchOption.AllDirectories)
            .Where(path => !path.Split(Path.DirectorySeparatorChar).Any(part => part is "obj" or "bin"))
            .SelectMany(path => Literal().Matches(File.ReadAllText(path)))
            .Select(match => match.Groups["code"].Value)
            .Distinct(StringComparer.Ordinal)
            .Order(StringComparer.Ordinal)
            .ToList();
        codes.Count.ShouldBeGreaterThan(100);
        return codes;
    }

    [GeneratedRegex("(?:\"|\\()(?<code>[A-Z]{3}[0-9]{4})\\)?\"", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5000)]
    private static partial Regex Literal();

    [GeneratedRegex(@"^\| (?<code>[A-Z]{3}[0-9]{4}) \|", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Row();
}
