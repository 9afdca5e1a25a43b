using System.Globalization;
using System.Text;

namespace Gyre.Cli.Parity;

/// <summary>The page of golden values.</summary>
internal static class ParityPage
{
    public static string Write(IReadOnlyList<FamilyResult> results)
    {
        var text = new StringBuilder();
        text.Append("# Parity: golden values that Gyre reproduces\n\n");
        text.Append("Written by `gyre parity --page docs/parity.md`, which computes every value anew and ends with 1 when one differs. ");
        text.Append("Goldens are facts of papers and of the tools' own tests: those that come with Gyre are in `goldens/`, the others in a folder of reference data (`--reference DIR` or `GYRE_TEST_DATA`). ");
        text.Append("Printed values hold to the digits that the source prints. Differences of zero stand as 0, others as the power of ten that they stay below, because their last digits depend on the processor.\n\n");
        text.Append("| family | source | compared | values | allowed | largest difference | verdict |\n|---|---|---|---:|---:|---:|---|\n");
        foreach (var result in results)
        {
            text.Append(CultureInfo.InvariantCulture, $"| `{result.Family.Name}` | {Cell(result.Family.Source)} | {Cell(result.Family.Compared)} | {result.Values} | {Allowed(result.Rows)} | {Largest(result.Rows)} | {Cell(result.Verdict)} |\n");
        }

        text.Append(CultureInfo.InvariantCulture, $"\n{results.Sum(result => result.Values)} values in {results.Count(result => !result.IsAbsent)} families.\n");
        foreach (var result in results.Where(result => result.Fault.Length > 0))
        {
            text.Append($"\n`{result.Family.Name}`: {result.Fault}.\n");
        }

        text.Append("\n## Value by value\n");
        foreach (var result in results.Where(result => result.Family.IsListed && result.Rows.Count > 0))
        {
            text.Append($"\n### {result.Family.Name}\n\n{result.Family.Source}.\n\n| value | expected | found | |\n|---|---:|---:|---|\n");
            foreach (var row in result.Rows)
            {
                text.Append($"| {Cell(row.Quantity)} | {Fixed(row.Expected, row.Places)} | {Fixed(row.Found, row.Places)} | {Mark(row)} |\n");
            }
        }

        text.Append("\n## Group by group\n");
        foreach (var result in results.Where(result => !result.Family.IsListed && result.Rows.Count > 0))
        {
            text.Append($"\n### {result.Family.Name}\n\n{result.Family.Source}: {result.Family.Compared}.\n\n| group | values | allowed | largest difference | |\n|---|---:|---:|---:|---|\n");
            foreach (var row in result.Rows)
            {
                text.Append(CultureInfo.InvariantCulture, $"| {Cell(row.Quantity)} | {row.Values} | {Bound(row.Tolerance, isExact: true)} | {Bound(row.Difference)} | {Mark(row)} |\n");
            }
        }

        text.Append("\n## Not here yet\n\n| values | why |\n|---|---|\n");
        foreach (var (what, why) in ParityFamilies.Missing)
        {
            text.Append($"| {Cell(what)} | {Cell(why)} |\n");
        }

        return text.ToString();
    }

    /// <summary>A difference as the power of ten that it stays below; a tolerance as it is.</summary>
    public static string Bound(double value, bool isExact = false) => value switch
    {
        0 => "0",
        _ when !double.IsFinite(value) => "undefined",
        _ when isExact => value.ToString("0.#E-0", CultureInfo.InvariantCulture).Replace("E", "e", StringComparison.Ordinal),
        >= 1 => value.ToString("0.###", CultureInfo.InvariantCulture),
        _ => string.Create(CultureInfo.InvariantCulture, $"< 1e{Math.Floor(Math.Log10(value)) + 1}"),
    };

    private static string Allowed(IReadOnlyList<ParityRow> rows)
    {
        if (rows.Count == 0)
        {
            return "";
        }

        var (least, most) = (Bound(rows.Min(row => row.Tolerance), isExact: true), Bound(rows.Max(row => row.Tolerance), isExact: true));
        return least == most ? most : $"{least} to {most}";
    }

    private static string Largest(IReadOnlyList<ParityRow> rows) => rows.Count == 0 ? "" : Bound(rows.Max(row => row.Difference));

    private static string Mark(ParityRow row) => row.IsEqual ? "equal" : "**different**";

    private static string Fixed(double value, int places) => value.ToString("F" + places.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);

    private static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal).Replace('\n', ' ');
}
