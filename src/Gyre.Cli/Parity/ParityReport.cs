using Gyre.Contracts;
using Gyre.Models.Catalog;
using Gyre.Tensors.Threading;
using Spectre.Console;

namespace Gyre.Cli.Parity;

/// <summary>Compares published checkpoints in a folder with the results that their references give.</summary>
internal static class ParityReport
{
    /// <summary>Looks at a folder, or at those inside it; the exit code says whether all that was compared is equal.</summary>
    public static int Run(string folder, Terminal terminal, bool isJson, CancellationToken cancellationToken)
    {
        if (!Directory.Exists(folder))
        {
            throw new CliException("CLI0003", $"Comparing checkpoints: there is no folder '{folder}'. Give one to --checkpoints that holds published checkpoints.");
        }

        var found = FoundIn(folder);
        if (found.Count == 0)
        {
            throw new CliException(
                "CLI0004", $"Comparing checkpoints: '{folder}' holds none that is known; expected folders with one of these in their names: {string.Join(", ", ParityCase.All.Select(known => known.Name))}.");
        }

        using var team = new ThreadTeam(Math.Clamp(Environment.ProcessorCount, 1, 64));
        var results = new List<Result>();
        foreach (var (known, path) in found)
        {
            cancellationToken.ThrowIfCancellationRequested();
            results.Add(Compare(known, path, team));
        }

        if (isJson)
        {
            terminal.WriteJson(new { checkpoints = results });
        }
        else
        {
            Print(terminal, results);
        }

        return results.TrueForAll(result => result.Verdict == "equal") ? ExitCode.Success : ExitCode.Negative;
    }

    /// <summary>The known checkpoints of a folder and of those inside it.</summary>
    public static List<(ParityCase Case, string Path)> FoundIn(string folder) =>
        Directory.EnumerateDirectories(folder).Order(StringComparer.Ordinal).Prepend(Path.GetFullPath(folder))
            .SelectMany(path => ParityCase.All.Where(known => known.IsIn(path)).Select(known => (Case: known, Path: path))).ToList();

    private static Result Compare(ParityCase known, string path, ThreadTeam team)
    {
        if (known.Compute is not { } compute)
        {
            return new Result(known.Name, path, "not yet", "This version does not run such networks yet.", []);
        }

        try
        {
            var rows = compute(ModelFolder.Open(path), team);
            var isEqual = rows.All(row => row.IsEqual);
            return new Result(known.Name, path, isEqual ? "equal" : "different", isEqual ? "" : "These are other weights, or this is a fault of Gyre's: please report it.", rows);
        }
        catch (GyreException error)
        {
            return new Result(known.Name, path, "failed", $"{error.Code}: {error.Message}", []);
        }
    }

    private static void Print(Terminal terminal, List<Result> results)
    {
        foreach (var result in results)
        {
            terminal.Rich.MarkupLineInterpolated($"{result.Checkpoint} in {result.Path}: [bold]{result.Verdict}[/]. {result.Note}");
            if (result.Rows.Count == 0)
            {
                continue;
            }

            var table = new Table().Border(TableBorder.Simple).AddColumn("quantity").AddColumn(Right("expected")).AddColumn(Right("found")).AddColumn(Right("difference")).AddColumn(Right("allowed"));
            foreach (var row in result.Rows)
            {
                table.AddRow(row.Quantity, $"{row.Expected:0.0000}", $"{row.Found:0.000000}", row.IsEqual ? $"{row.Difference:0.0e0}" : $"[red]{row.Difference:0.0e0}[/]", $"{row.Tolerance:0.0e0}");
            }

            terminal.Rich.Write(table);
        }

        static TableColumn Right(string name) => new TableColumn(name).RightAligned();
    }

    private sealed record Result(string Checkpoint, string Path, string Verdict, string Note, IReadOnlyList<ParityRow> Rows);
}
