using System.CommandLine;
using Gyre.Cli.Parity;
using Gyre.Tensors.Threading;
using Spectre.Console;

namespace Gyre.Cli.Verbs;

/// <summary><c>gyre parity</c>: computes every golden value that Gyre claims anew and compares.</summary>
internal sealed class ParityVerb() : Verb("parity", "Compute every golden value that Gyre claims anew, compare, and write the page of them.")
{
    private readonly Option<string?> _reference = new("--reference") { Description = "The folder of reference data (default: GYRE_TEST_DATA); families that need it do not run without.", HelpName = "DIR" };

    private readonly Option<string[]> _families = new("--family") { Description = "Only this family; may be given several times.", HelpName = "NAME" };

    private readonly Option<string?> _page = new("--page") { Description = "Write the page of all values to this file.", HelpName = "FILE" };

    private readonly Option<string?> _checkpoints = new("--checkpoints")
    {
        Description = "Instead compare published checkpoints in this folder (bert-base-uncased, t5-small) with the results that their references give.",
        HelpName = "DIR",
    };

    protected override IReadOnlyList<string> Examples =>
        ["gyre parity --reference ./shared", "gyre parity --family rouge-score --family meteor", "gyre parity --page docs/parity.md", "gyre parity --checkpoints ./checkpoints"];

    protected override void Configure(Command command)
    {
        command.Options.Add(_reference);
        command.Options.Add(_families);
        command.Options.Add(_page);
        command.Options.Add(_checkpoints);
    }

    protected override async Task<int> RunAsync(ParseResult parse, Terminal terminal, CancellationToken cancellationToken)
    {
        if (parse.GetValue(_checkpoints) is { } checkpoints)
        {
            return ParityReport.Run(checkpoints, terminal, parse.GetValue(Json), cancellationToken);
        }

        var families = Chosen(parse.GetValue(_families) ?? []);
        if (parse.GetValue(_page) is not null && families.Count < ParityFamilies.All.Count)
        {
            throw new CliException("CLI0002", "--page and --family exclude each other: the page holds all families.");
        }

        var results = Run(families, FolderOf(parse.GetValue(_reference)), cancellationToken);
        if (parse.GetValue(_page) is { } page)
        {
            await WriteAsync(page, ParityPage.Write(results), cancellationToken);
        }

        if (parse.GetValue(Json))
        {
            terminal.WriteJson(new
            {
                families = results.Select(result => new { result.Family.Name, result.Family.Source, result.Values, result.Verdict, result.Fault, result.Rows }),
            });
        }
        else
        {
            Print(terminal, results);
        }

        return results.TrueForAll(result => result.IsEqual || result.IsAbsent) ? ExitCode.Success : ExitCode.Negative;
    }

    /// <summary>Runs families one after another.</summary>
    internal static List<FamilyResult> Run(IReadOnlyList<IParityFamily> families, string? folder, CancellationToken cancellationToken)
    {
        using var team = new ThreadTeam(Math.Clamp(Environment.ProcessorCount, 1, 64));
        var input = new ParityInput(folder, team);
        var results = new List<FamilyResult>();
        foreach (var family in families)
        {
            cancellationToken.ThrowIfCancellationRequested();
            results.Add(FamilyResult.Of(family, input));
        }

        return results;
    }

    private static List<IParityFamily> Chosen(string[] names)
    {
        var unknown = Array.Find(names, name => ParityFamilies.All.All(family => family.Name != name));
        return unknown is null
            ? [.. ParityFamilies.All.Where(family => names.Length == 0 || names.Contains(family.Name, StringComparer.Ordinal))]
            : throw new CliException("CLI0002", $"--family is '{unknown}'; expected one of {string.Join(", ", ParityFamilies.All.Select(family => family.Name))}.");
    }

    private static string? FolderOf(string? given)
    {
        if (given is not null && !Directory.Exists(given))
        {
            throw new CliException("CLI0003", $"Comparing golden values: there is no folder '{given}'. Give one to --reference, or leave it out to compare only the values that come with Gyre.");
        }

        var folder = given ?? Environment.GetEnvironmentVariable("GYRE_TEST_DATA");
        return string.IsNullOrEmpty(folder) ? null : folder;
    }

    private static async Task WriteAsync(string page, string text, CancellationToken cancellationToken)
    {
        try
        {
            await File.WriteAllTextAsync(page, text, cancellationToken);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new CliException("CLI0003", $"Writing the page of golden values to '{page}' failed: {error.Message} Check path and permissions.");
        }
    }

    private static void Print(Terminal terminal, List<FamilyResult> results)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumn("family").AddColumn("source").AddColumn(new TableColumn("values").RightAligned()).AddColumn(new TableColumn("largest difference").RightAligned()).AddColumn("verdict");
        foreach (var result in results)
        {
            var colour = result.IsEqual ? "green" : result.IsAbsent ? "yellow" : "red";
            table.AddRow(
                Markup.Escape(result.Family.Name), Markup.Escape(result.Family.Source), $"{result.Values}", result.Rows.Count == 0 ? "" : ParityPage.Bound(result.Rows.Max(row => row.Difference)), $"[{colour}]{Markup.Escape(result.Verdict)}[/]");
        }

        terminal.Rich.Write(table);
        foreach (var result in results.Where(result => !result.IsEqual))
        {
            if (result.Fault.Length > 0)
            {
                terminal.Rich.MarkupLineInterpolated($"{result.Family.Name}: {result.Fault}");
            }

            foreach (var row in result.Rows.Where(row => !row.IsEqual))
            {
                terminal.Rich.MarkupLineInterpolated($"[red]{result.Family.Name}[/]: {row.Quantity}: expected {row.Expected}, found {row.Found}, allowed {row.Tolerance}");
            }
        }
    }
}
