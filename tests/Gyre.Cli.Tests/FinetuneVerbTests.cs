using System.Text.Json;
using Gyre.TestSupport;

namespace Gyre.Cli.Tests;

/// <summary><c>gyre finetune --install</c>.</summary>
public sealed class FinetuneVerbTests : IDisposable
{
    private const string Recipe =
        """
        kind: finetune
        name: tiny
        base: MODEL
        adapter: {rank: 2, targets: [q_proj]}
        data: {train: [{file: examples.jsonl}], validation: [{file: examples.jsonl}]}
        batch: {rows: 1, sequence: 64}
        schedule: {steps: 2, peak: 0.001}
        """;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_finished_adapter_is_put_into_the_data_folder_and_replaces_another_only_when_told()
    {
        var recipe = Write(Recipe);
        var data = Path.Combine(_folder.Path, "data");

        var first = await RunAsync(recipe, "one", "--install", "tiny:1", "--json");

        first.ExitCode.ShouldBe(0, first.Error);
        using var printed = JsonDocument.Parse(first.Output);
        var place = Path.Combine(data, "adapters", "tiny%3A1");
        printed.RootElement.GetProperty("installed").GetString().ShouldBe(place);
        var weights = Path.Combine(place, "adapter_model.safetensors");
        File.ReadAllBytes(weights).ShouldBe(File.ReadAllBytes(Path.Combine(_folder.Path, "one", "adapter", "adapter_model.safetensors")));

        var taken = await RunAsync(recipe, "two", "--install", "tiny:1");
        taken.ExitCode.ShouldNotBe(0);
        taken.Error.ShouldContain("SRV0182");
        Directory.Exists(Path.Combine(_folder.Path, "two")).ShouldBeFalse(); // It is told before the training.

        var forced = await RunAsync(Write(Recipe.Replace("steps: 2", "steps: 3", StringComparison.Ordinal)), "three", "--install", "tiny:1", "--force");
        forced.ExitCode.ShouldBe(0, forced.Error);
        File.ReadAllBytes(weights).ShouldBe(File.ReadAllBytes(Path.Combine(_folder.Path, "three", "adapter", "adapter_model.safetensors")));
        Directory.GetDirectories(Path.Combine(data, "installing")).ShouldBeEmpty();

        // The installed folder is one that other commands read.
        var (source, file) = (Path.Combine(TestData.RepositoryRoot, "models", "compact"), Path.Combine(_folder.Path, "tiny.gguf"));
        var converted = await GyreProcess.RunAsync("models", "convert-adapter", source, "--adapter", place, "--out", file, "--json");
        converted.ExitCode.ShouldBe(0, converted.Error);
        File.ReadAllBytes(file)[..4].ShouldBe("GGUF"u8.ToArray());
        (await GyreProcess.RunAsync("models", "convert-adapter", source, "--adapter", place, "--out", file)).Error.ShouldContain("TRN0061");
    }

    [Theory]
    [InlineData("adapter: {rank: 2, targets: [q_proj]}", "", "--install", "x")]
    [InlineData("", "", "--force")]
    [InlineData("", "", "--install", "x", "--alias", "nobody")]
    public async Task Options_that_do_not_fit_are_refused_before_the_training(string old, string change, params string[] options)
    {
        var outcome = await RunAsync(Write(old.Length > 0 ? Recipe.Replace(old, change, StringComparison.Ordinal) : Recipe), "run", options);

        outcome.ExitCode.ShouldBe(2, outcome.Error);
        Directory.Exists(Path.Combine(_folder.Path, "run")).ShouldBeFalse();
    }

    private string Write(string recipe)
    {
        _folder.File("examples.jsonl", """{"messages":[{"role":"user","content":"Hello"},{"role":"assistant","content":"Ahoy"}]}""");
        return _folder.File("recipe.yaml", recipe.Replace("MODEL", Path.Combine(TestData.RepositoryRoot, "models", "compact"), StringComparison.Ordinal));
    }

    private Task<GyreProcess.Outcome> RunAsync(string recipe, string run, params string[] options) =>
        GyreProcess.RunAsync(["finetune", recipe, "--out", Path.Combine(_folder.Path, run), "--data", Path.Combine(_folder.Path, "data"), .. options]);
}
