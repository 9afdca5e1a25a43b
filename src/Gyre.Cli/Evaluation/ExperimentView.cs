using System.Text.Json.Nodes;
using Gyre.Evaluation.Experiments;
using Gyre.Evaluation.Reports;
using Spectre.Console;

namespace Gyre.Cli.Evaluation;

/// <summary>Runs an experiment with a progress bar, and writes what came of it.</summary>
internal static class ExperimentView
{
    private const string RecipeName = "experiment.yaml";

    /// <summary>Runs; the bar stands on standard error, and only in a terminal.</summary>
    public static async Task<ExperimentResult> RunAsync(ExperimentPlan plan, Terminal terminal, CancellationToken cancellationToken)
    {
        var run = new ExperimentRun(plan);
        if (Console.IsErrorRedirected)
        {
            return await run.RunAsync(null, cancellationToken);
        }

        ExperimentResult? result = null;
        await terminal.RichError.Progress()
            .AutoClear(true)
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .StartAsync(async context =>
            {
                var bar = context.AddTask("Evaluating", maxValue: plan.Dataset.Count);
                result = await run.RunAsync(new BarProgress(bar), cancellationToken);
            });
        return result!; // StartAsync returns only after the run did.
    }

    /// <summary>Keeps the recipe in the experiment's folder, with the command that ran it.</summary>
    public static void KeepRecipe(string? folder, string recipe, string command)
    {
        if (folder is null)
        {
            return;
        }

        try
        {
            Directory.CreateDirectory(folder);
            File.WriteAllText(Path.Combine(folder, RecipeName), $"# As run by: {command.ReplaceLineEndings(" ")}\n{File.ReadAllText(recipe)}");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new CliException("CLI0003", $"Keeping the recipe failed: {error.Message} Folder: {folder}. Check the path, its permissions and the free space.", error);
        }
    }

    /// <summary>Writes the experiment's files beside its replies and rows, and tells where the page is.</summary>
    public static async Task WriteReportsAsync(string? folder, ExperimentResult result, Terminal terminal, CancellationToken cancellationToken)
    {
        if (folder is null)
        {
            return;
        }

        await Task.Run(() => ReportFolder.Write(folder, result, cancellationToken: cancellationToken), cancellationToken);
        await terminal.Error.WriteLineAsync($"Report: {Path.Combine(folder, ReportFolder.PageName)}");
    }

    /// <summary>The values of every candidate, the differences to the baseline, what it took, what follows.</summary>
    public static void Print(Terminal terminal, ExperimentResult result) => TerminalReport.Write(result, terminal.Output, WidthOf(terminal));

    /// <summary>The gate's lines alone.</summary>
    public static void PrintGate(Terminal terminal, ExperimentResult result) => TerminalReport.WriteGate(result, terminal.Output, WidthOf(terminal));

    /// <summary>The result as its file has it, with what only this run knows.</summary>
    public static string Json(ExperimentResult result, IReadOnlyDictionary<string, string> models, JsonNode? overlap)
    {
        using var buffer = new MemoryStream();
        ResultFile.Write(buffer, result);
        buffer.Position = 0;
        var json = JsonNode.Parse(buffer)!.AsObject(); // It was written just now.
        json["passed"] = result.Passed;
        json["gateOpen"] = result.Gates.Count == 0 ? null : result.IsGateOpen;
        json["models"] = new JsonObject(models.Select(model => KeyValuePair.Create<string, JsonNode?>(model.Key, model.Value)));
        if (overlap is not null)
        {
            json["overlap"] = overlap;
        }

        return json.ToJsonString(Terminal.Indented);
    }

    private static int WidthOf(Terminal terminal) => Math.Max(20, terminal.Rich.Profile.Width);

    private sealed class BarProgress(ProgressTask bar) : IProgress<ExperimentProgress>
    {
        public void Report(ExperimentProgress value) => bar.Value = value.Done;
    }
}
