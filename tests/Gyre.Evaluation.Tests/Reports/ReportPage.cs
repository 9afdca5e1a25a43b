using Gyre.Evaluation.Reports;
using Gyre.Evaluation.Tests.Experiments;
using Gyre.Server.Tests.Console;
using Microsoft.Playwright;

namespace Gyre.Evaluation.Tests.Reports;

/// <summary>Writes reports once and opens them from disk in the installed Chromium.</summary>
public sealed class ReportPage : IAsyncLifetime
{
    private readonly Chromium _chromium = new();
    private readonly string _folder = Directory.CreateTempSubdirectory("gyre-test-").FullName;

    /// <summary>Four candidates with everything that may happen to them.</summary>
    public string Four => Path.Combine(_folder, "four");

    /// <summary>Hostile names, prompts and answers.</summary>
    public string Hostile => Path.Combine(_folder, "hostile");

    /// <summary>One candidate alone.</summary>
    public string Single => Path.Combine(_folder, "single");

    public async ValueTask InitializeAsync()
    {
        await _chromium.InitializeAsync();
        var hostile = SampleExperiment.Hostile;
        var rows = SampleExperiment.Rows(12).Select(row => row with { Id = row.Id + hostile, Task = row.Task + hostile, Prompt = hostile + row.Prompt, Reference = hostile + row.Id }).ToArray();
        ReportFolder.Write(Four, await SampleExperiment.FourAsync(Path.Combine(Four, ReportFolder.RowsName)));
        ReportFolder.Write(Hostile, await SampleExperiment.RunAsync(rows, Path.Combine(Hostile, ReportFolder.RowsName), new ScriptedCandidate("a" + hostile, row => row.Reference), new ScriptedCandidate("b" + hostile, _ => hostile) { PricePerMillion = (1, 1) }));
        ReportFolder.Write(Single, await SampleExperiment.RunAsync(SampleExperiment.Rows(60), Path.Combine(Single, ReportFolder.RowsName), SampleExperiment.Candidate("default", 0.8, (1m, 1m))));
    }

    public async ValueTask DisposeAsync()
    {
        await _chromium.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    internal Task VisitAsync(string folder, Func<IPage, Task> visit, PageView? view = null, string anchor = "") =>
        _chromium.VisitAsync(new Uri(new Uri(Path.Combine(folder, ReportFolder.PageName)).AbsoluteUri + anchor), visit, view);
}
