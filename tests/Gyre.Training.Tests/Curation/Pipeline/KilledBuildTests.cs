using System.Diagnostics;
using Gyre.Training.Curation.Pipeline;

namespace Gyre.Training.Tests.Curation.Pipeline;

/// <summary>Builds in a process of their own, killed without warning.</summary>
public sealed class KilledBuildTests : IDisposable
{
    private const string FolderVariable = "GYRE_TEST_KILLED_BUILD";
    private const string Recipe = "kind: dataset\nname: t\nsources: [{name: a, files: [a.jsonl], licence: MIT}]\nclean: {}\ndeduplicate: {}\norder: shuffled\n";
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_killed_build_leaves_no_dataset_and_the_next_one_is_the_same_as_without_it()
    {
        File.WriteAllLines(_folder.In("a.jsonl"), Enumerable.Range(0, 60_000).Select(i => $"{{\"text\":\"record {i * 7919} of many with the words {i % 977} and {i % 331} and {i % 89} in it\"}}"));
        File.WriteAllText(_folder.In("out.jsonl"), "what was there before\n");
        for (var kill = 0; kill < 3; kill++)
        {
            var start = new ProcessStartInfo("dotnet", [typeof(KilledBuildTests).Assembly.Location, "-method", $"{typeof(KilledBuildTests).FullName}.{nameof(Child_process)}", "-explicit", "only"]) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
            start.Environment[FolderVariable] = _folder.Path;
            using var child = Process.Start(start).ShouldNotBeNull();
            child.OutputDataReceived += (_, _) => { };
            child.ErrorDataReceived += (_, _) => { };
            child.BeginOutputReadLine();
            child.BeginErrorReadLine();
            var began = Stopwatch.StartNew();
            var wanted = new[] { "read", "compared", "writing" }[kill];
            while (!File.Exists(_folder.In(wanted)) && !child.HasExited && began.Elapsed < TimeSpan.FromSeconds(60))
            {
                await Task.Delay(1);
            }

            child.HasExited.ShouldBeFalse("the child should be killed in the middle of its build");
            child.Kill();
            await child.WaitForExitAsync();
            File.ReadAllText(_folder.In("out.jsonl")).ShouldBe("what was there before\n");
        }

        await RunAsync(_folder.Path, _ => { });
        var after = File.ReadAllText(_folder.In("out.jsonl"));
        using var clean = new TemporaryFolder();
        File.Copy(_folder.In("a.jsonl"), clean.In("a.jsonl"));
        await RunAsync(clean.Path, _ => { });

        after.ShouldBe(File.ReadAllText(clean.In("out.jsonl")));
        after.Count(character => character == '\n').ShouldBeGreaterThan(10_000);
        Directory.GetFiles(_folder.In("work")).ShouldBeEmpty("a killed build leaves no scratch files");
    }

    /// <summary>Not a test of its own: the body of the child process.</summary>
    [Fact(Explicit = true)]
    public async Task Child_process()
    {
        if (Environment.GetEnvironmentVariable(FolderVariable) is not { Length: > 0 } folder)
        {
            Assert.Skip("Runs only as the child of the test above.");
            return;
        }

        await RunAsync(folder, stage =>
        {
            File.WriteAllText(Path.Combine(folder, stage), "");
            Thread.Sleep(20);
        });
    }

    private static async Task RunAsync(string folder, Action<string> told)
    {
        using var dataset = await DatasetBuild.RunAsync(DatasetRecipe.Parse(Recipe, Path.Combine(folder, "recipe.yaml")), Path.Combine(folder, "work"), new DatasetBuildServices { Progress = (stage, _) => told(stage) });
        told("writing");
        DatasetFiles.Write(dataset, Path.Combine(folder, "out.jsonl"));
    }
}
