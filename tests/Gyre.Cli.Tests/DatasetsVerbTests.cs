using System.Security.Cryptography;
using System.Text.Json;

namespace Gyre.Cli.Tests;

/// <summary>The registry of datasets from the command line, each command a process of its own.</summary>
public sealed class DatasetsVerbTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_file_becomes_versions_that_are_shown_split_compared_labelled_and_exported()
    {
        var one = _folder.File("q.csv", "id,question,reference,level,family\na,Who?,Ada,1,x\nb,\"When, then?\",1815,2,x\nc,Where?,London,1,y\nd,Why?,,2,z\n");
        var two = _folder.File("q2.csv", "id,question,reference,level,family\na,Who?,Ada L.,1,x\nb,\"When, then?\",1815,2,x\nc,Where?,London,1,y\ne,How?,so,3,w\n");

        var added = await JsonAsync("add", one, "--name", "q", "--column", "prompt=question", "--licence", "CC0-1.0", "--note", "first", "--tag", "t");
        added.GetProperty("versions")[0].GetProperty("is_new").GetBoolean().ShouldBeTrue();
        (await OutputAsync("add", one, "--name", "q", "--column", "prompt=question")).ShouldContain("nothing was added");
        await OutputAsync("add", two, "--name", "q", "--column", "prompt=question");

        var shown = await JsonAsync("show", "q@1");
        var version = shown.GetProperty("version");
        version.GetProperty("licence").GetString().ShouldBe("CC0-1.0");
        version.GetProperty("source").GetProperty("facts").GetProperty("sha256").GetString().ShouldBe(Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(one, TestContext.Current.CancellationToken))));
        version.GetProperty("source").GetProperty("facts").GetProperty("columns").GetString().ShouldBe("prompt=question");
        shown.GetProperty("rows")[0].GetProperty("facts").GetProperty("level").GetString().ShouldBe("1");
        (await OutputAsync("show", "q")).ShouldContain("facts.level");

        (await OutputAsync("diff", "q@1", "q@2")).ShouldStartWith("q@1 → q@2: 1 added, 1 removed, 1 changed, 2 the same");
        (await OutputAsync("label", "q@1", "gold")).ShouldContain("q@1 is 'gold'");
        (await OutputAsync("split", "q@gold", "--into", "train=0.5,test=0.5", "--seed", "3", "--group", "family")).ShouldContain("q-test@1: 2 rows");
        (await OutputAsync("show", "q-test")).ShouldContain("q@1  4 rows");
        (await OutputAsync("filter", "q@1", "--column", "level", "--is", "1", "--name", "easy")).ShouldContain("easy@1: 2 rows");
        (await OutputAsync("sample", "q", "--count", "1", "--seed", "1", "--name", "one")).ShouldContain("one@1: 1 rows");
        (await OutputAsync("merge", "q-train", "q-test", "--name", "both")).ShouldContain("both@1: 4 rows");

        var path = Path.Combine(_folder.Path, "out.jsonl");
        await OutputAsync("export", "q@1", path);
        Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken))).ShouldBe(version.GetProperty("digest").GetString());
        (await OutputAsync("add", path, "--name", "q")).ShouldContain("q@1: 4 rows");

        (await FailAsync("delete", "q@1")).ShouldContain("REG0006");
        (await OutputAsync("delete", "one@1")).ShouldContain("one@1 is deleted");
        await OutputAsync("deprecate", "q@2", "--reason", "wrong");
        (await OutputAsync("show", "q")).ShouldStartWith("q@1  4 rows");
        (await JsonAsync("log", "q")).GetProperty("events").EnumerateArray().Select(happened => happened.GetProperty("kind").GetString()).ShouldBe(["deprecated", "labelled", "added", "added"]);
        (await JsonAsync("list")).GetProperty("datasets").EnumerateArray().Select(dataset => dataset.GetProperty("name").GetString()).ShouldBe(["both", "easy", "one", "q", "q-test", "q-train"]);
    }

    [Fact]
    public async Task Bad_input_is_told_with_its_code_and_adds_nothing()
    {
        var bad = _folder.File("bad.jsonl", "{\"id\":\"a\",\"prompt\":\"x\"}\n{\"id\":\"a\",\"prompt\":\"y\"}\n{\"id\":\"b\"}\n");
        var faults = await FailAsync("add", bad, "--name", "d");
        faults.ShouldContain("EVA0030");
        faults.ShouldContain("line 2: the id 'a' is there already");
        faults.ShouldContain("line 3: the column 'prompt' (the prompt) is missing");
        (await FailAsync("add", _folder.File("empty.csv", ""), "--name", "d")).ShouldContain("there are no rows");
        (await FailAsync("add", _folder.File("ok.jsonl", "{\"prompt\":\"x\"}\n"), "--name", "../d")).ShouldContain("REG0001");
        (await FailAsync("show", "d")).ShouldContain("REG0004");
        (await OutputAsync("list")).ShouldContain("No datasets yet");
    }

    [Fact]
    public async Task Many_commands_at_once_add_every_version_once()
    {
        var files = Enumerable.Range(0, 3).Select(i => _folder.File($"d{i}.jsonl", $"{{\"id\":\"a\",\"prompt\":\"{i}\"}}\n")).ToArray();

        await Task.WhenAll(Enumerable.Range(0, 6).Select(i => OutputAsync("add", files[i % 3], "--name", "d")));

        (await JsonAsync("list")).GetProperty("datasets")[0].GetProperty("versions").GetInt32().ShouldBe(3);
    }

    [Fact]
    public async Task A_command_killed_while_it_adds_leaves_nothing_that_is_seen()
    {
        var file = Path.Combine(_folder.Path, "big.jsonl");
        await File.WriteAllLinesAsync(file, Enumerable.Range(0, 200_000).Select(i => $"{{\"id\":\"{i}\",\"prompt\":\"question {i} {new string('x', 100 + (i % 50))}\"}}"), TestContext.Current.CancellationToken);
        using var process = GyreProcess.Start("datasets", "add", file, "--name", "big", "--data", _folder.Path);
        var unfinished = Path.Combine(_folder.Path, "blobs", "unfinished");
        for (var waited = 0; !(Directory.Exists(unfinished) && Directory.EnumerateFiles(unfinished).Any(path => new FileInfo(path).Length > 0)); waited += 10)
        {
            waited.ShouldBeLessThan(60_000);
            process.HasExited.ShouldBeFalse();
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }

        GyreProcess.Kill(process);
        await GyreProcess.FinishAsync(process);

        (await OutputAsync("list")).ShouldContain("No datasets yet");
        (await OutputAsync("add", file, "--name", "big")).ShouldContain("big@1: 200000 rows");
        await OutputAsync("add", _folder.File("small.jsonl", "{\"prompt\":\"x\"}\n"), "--name", "small");
        await OutputAsync("delete", "small@1");
        Directory.EnumerateFiles(unfinished).ShouldBeEmpty(); // The sweep of the deletion took what the killed one left.
        (await OutputAsync("show", "big", "--rows", "1")).ShouldContain("question 0");
    }

    [Fact]
    public async Task A_recipe_measures_on_a_version_and_prints_its_digest()
    {
        var rows = _folder.File("q.jsonl", "{\"id\":\"a\",\"prompt\":\"Say yes.\",\"reference\":\"yes\",\"facts\":{\"level\":\"1\"}}\n{\"id\":\"b\",\"prompt\":\"Say no.\",\"reference\":\"no\",\"facts\":{\"level\":\"2\"}}\n");
        var digest = (await JsonAsync("add", rows, "--name", "q")).GetProperty("versions")[0].GetProperty("version").GetProperty("digest").GetString()!;
        var recipe = _folder.File("r.yaml", "name: r\nmodel: default\ngeneration: {max_tokens: 4}\ndataset: {registry: q@1}\nsegments: [level]\nmetrics: [{scorer: exact-match}]\n");

        var outcome = await GyreProcess.RunAsync("eval", recipe, "--data", _folder.Path, "--json");

        outcome.ExitCode.ShouldBe(0, outcome.Output + outcome.Error);
        outcome.Output.ShouldContain(digest);
        outcome.Output.ShouldContain("q@1 of the registry, from file q.jsonl");
        var file = _folder.File("f.yaml", $"name: r\nmodel: default\ngeneration: {{max_tokens: 4}}\ndataset: {{file: {rows}, columns: {{facts: {{level: facts.level}}}}}}\nmetrics: [{{scorer: exact-match}}]\n");
        (await GyreProcess.RunAsync("eval", file, "--data", _folder.Path, "--json")).Output.ShouldContain(digest);

        // A version that a recorded run measured on stays.
        (await GyreProcess.RunAsync("eval", recipe, "--data", _folder.Path, "--out", Path.Combine(_folder.Path, "run"))).ExitCode.ShouldBe(0);
        var deleted = await GyreProcess.RunAsync("datasets", "delete", "q@1", "--data", _folder.Path);
        deleted.ExitCode.ShouldBe(3, deleted.Output);
        deleted.Error.ShouldContain("experiment");
        var missing = await GyreProcess.RunAsync("eval", _folder.File("m.yaml", "name: r\nmodel: default\ndataset: {registry: none@1}\nmetrics: [{scorer: exact-match}]\n"), "--data", _folder.Path);
        missing.ExitCode.ShouldBe(3);
        missing.Error.ShouldContain("REG0004");
    }

    private async Task<string> OutputAsync(params string[] arguments)
    {
        var outcome = await GyreProcess.RunAsync(["datasets", .. arguments, "--data", _folder.Path]);
        outcome.ExitCode.ShouldBe(0, outcome.Output + outcome.Error);
        return outcome.Output;
    }

    private async Task<JsonElement> JsonAsync(params string[] arguments) => JsonElement.Parse(await OutputAsync([.. arguments, "--json"]));

    private async Task<string> FailAsync(params string[] arguments)
    {
        var outcome = await GyreProcess.RunAsync(["datasets", .. arguments, "--data", _folder.Path]);
        outcome.ExitCode.ShouldBe(3, outcome.Output + outcome.Error);
        return outcome.Error;
    }
}
