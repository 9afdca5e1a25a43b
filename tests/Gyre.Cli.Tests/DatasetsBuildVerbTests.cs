using System.Text.Json;

namespace Gyre.Cli.Tests;

/// <summary>Datasets from recipes and from streams, each command a process of its own.</summary>
public sealed class DatasetsBuildVerbTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_shops_recipe_becomes_files_and_versions_that_show_and_compare_where_rows_are_from()
    {
        var file = Path.Combine(_folder.Path, "out", "shop.jsonl");
        var built = await GyreProcess.RunAsync("datasets", "build", "recipes/dataset-shop.yaml", "--out", file, "--examples", "--data", _folder.Path);
        built.ExitCode.ShouldBe(0, built.Error);
        built.Output.ShouldContain("screen: dropped by html-comment");
        built.Output.ShouldContain("decontaminate: dropped by held-out.same");
        Directory.GetFiles(Path.GetDirectoryName(file)!).Select(Path.GetFileName).Order().ShouldBe(["shop.report.json", "shop.report.md", "shop.test.jsonl", "shop.train.jsonl"]);

        (await OutputAsync("build", "recipes/dataset-shop.yaml", "--name", "shop")).ShouldContain("shop-test@1, shop-train@1");
        (await OutputAsync("show", "shop-train")).ShouldContain("source   questions");
        (await OutputAsync("show", "shop-train")).ShouldContain("CC-BY-4.0");
        (await OutputAsync("export", "shop-train", Path.Combine(_folder.Path, "e.jsonl"))).ShouldNotBeNull();
        File.ReadAllText(Path.Combine(_folder.Path, "e.jsonl")).ShouldBe(File.ReadAllText(Path.Combine(_folder.Path, "out", "shop.train.jsonl")), "a version and a file of the same recipe have the same bytes");

        // A second recipe over the first's version: what is different is told by source, licence and field.
        var second = _folder.File("second.yaml", "kind: dataset\nname: second\nsources: [{name: again, dataset: shop-train, most: 30}]\n");
        (await OutputAsync("build", second, "--name", "second")).ShouldContain("second@1");
        var diff = await JsonAsync("diff", "shop-train", "second", "--rows", "50");
        diff.GetProperty("origins").EnumerateArray().ShouldContain(change => change.GetProperty("column").GetString() == "source" && change.GetProperty("value").GetString() == "again" && change.GetProperty("before").GetInt64() == 0);
        diff.GetProperty("rows").EnumerateArray().SelectMany(row => row.GetProperty("changed_fields").EnumerateArray().Select(field => field.GetString())).Distinct().ShouldContain("source");
        (await OutputAsync("diff", "shop-train", "second")).ShouldContain("source again: 0 → ");
        (await JsonAsync("show", "second")).GetProperty("version").GetProperty("source").GetProperty("parents")[0].GetString().ShouldBe("shop-train@1");
    }

    [Fact]
    public async Task Records_from_standard_input_and_a_folder_become_versions_once_each()
    {
        using var process = GyreProcess.Start("datasets", "ingest", "events", "--licence", "MIT", "--data", _folder.Path);
        foreach (var text in new[] { "a", "b", "a" })
        {
            await process.StandardInput.WriteLineAsync($"{{\"text\":\"{text}\"}}");
        }

        process.StandardInput.Close();
        var outcome = await GyreProcess.FinishAsync(process);
        outcome.ExitCode.ShouldBe(0, outcome.Error);
        outcome.Output.ShouldContain("events: 3 read, 2 new, 1 known, 0 dropped, 0 faulty, 1 versions");

        Directory.CreateDirectory(Path.Combine(_folder.Path, "in"));
        File.WriteAllText(Path.Combine(_folder.Path, "in", "1.jsonl"), "{\"text\":\"b\"}\n{\"text\":\"c\"}\n{\"text\":\n");
        var second = await OutputAsync("ingest", "events", "--from", Path.Combine(_folder.Path, "in"), "--licence", "CC0-1.0");
        second.ShouldContain("events: 3 read, 1 new, 1 known, 0 dropped, 1 faulty, 1 versions");
        var shown = await JsonAsync("show", "events");
        shown.GetProperty("version").GetProperty("rows").GetInt64().ShouldBe(3);
        shown.GetProperty("version").GetProperty("licence").GetString().ShouldBe("MIT, CC0-1.0");
        shown.GetProperty("version").GetProperty("source").GetProperty("parents")[0].GetString().ShouldBe("events@1");
    }

    [Fact]
    public async Task Bad_input_is_told_with_its_code()
    {
        (await FailAsync("build", _folder.File("r.yaml", "kind: dataset\nname: t\nsources: [{name: a, files: [none.jsonl], licence: MIT}]\n"), "--out", Path.Combine(_folder.Path, "o.jsonl"))).ShouldContain("TRN0500");
        (await FailAsync("build", _folder.File("s.yaml", "kind: dataset\nname: t\n"), "--out", Path.Combine(_folder.Path, "o.jsonl"))).ShouldContain("TRN0003");
        (await GyreProcess.RunAsync("datasets", "build", "recipes/dataset-shop.yaml", "--data", _folder.Path)).ExitCode.ShouldBe(2);
        (await FailAsync("ingest", "e", "--from", Path.Combine(_folder.Path, "none"))).ShouldContain("TRN0500");
    }

    private async Task<string> OutputAsync(params string[] arguments)
    {
        var outcome = await GyreProcess.RunAsync(["datasets", .. arguments, "--data", _folder.Path]);
        outcome.ExitCode.ShouldBe(0, outcome.Error);
        return outcome.Output;
    }

    private async Task<JsonElement> JsonAsync(params string[] arguments) => JsonElement.Parse(await OutputAsync([.. arguments, "--json"]));

    private async Task<string> FailAsync(params string[] arguments)
    {
        var outcome = await GyreProcess.RunAsync(["datasets", .. arguments, "--data", _folder.Path]);
        outcome.ExitCode.ShouldBe(3, outcome.Error);
        return outcome.Error;
    }
}
