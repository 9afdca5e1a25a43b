using Gyre.Training.Curation.Pipeline;
using Gyre.Training.Curation.Records;

namespace Gyre.Training.Tests.Curation;

/// <summary>Records, files and builds for tests.</summary>
internal static class CurationBench
{
    public static CurationRecord Text(string text, string source = "s", int line = 1) => new() { Shape = RecordShape.Text, Parts = [new RecordPart("text", text)], Origin = new RecordOrigin(source, "f", line, "MIT") };

    public static CurationRecord Pair(string prompt, string completion, int line = 1) => new() { Shape = RecordShape.Completion, Parts = [new RecordPart("prompt", prompt), new RecordPart("completion", completion)], Origin = new RecordOrigin("s", "f", line, "MIT") };

    public static Task<BuiltDataset> BuildAsync(TemporaryFolder folder, string yaml, DatasetBuildServices? services = null) =>
        DatasetBuild.RunAsync(DatasetRecipe.Parse("kind: dataset\nname: t\n" + yaml, folder.In("recipe.yaml")), folder.In("work"), services, TestContext.Current.CancellationToken);

    public static string Lines(BuiltDataset dataset, string split = "") => string.Concat(dataset.Lines(split).Select(line => System.Text.Encoding.UTF8.GetString(line.Span) + "\n"));

    public static StageReport Stage(BuiltDataset dataset, string name) => dataset.Report.Stages.Single(stage => stage.Name == name);

    public static long Dropped(BuiltDataset dataset, string stage, string rule) => Stage(dataset, stage).Dropped.SingleOrDefault(dropped => dropped.Rule == rule)?.Count ?? 0;
}
