using System.Diagnostics;
using Gyre.Training.Loop;

namespace Gyre.Training.Tests.Loop;

/// <summary>Runs the real trainer in a process of its own and kills it without warning.</summary>
public sealed class KilledRunTests : IDisposable
{
    private const string FolderVariable = "GYRE_TEST_KILLED_RUN";
    private const string Settings = "checkpoint: {every: 20}\nevaluation: {every: 10}\n";
    private const string Schedule = "{steps: 400, peak: 0.05, warmup: 3}";
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void A_killed_run_goes_on_with_the_same_bits()
    {
        int[] expected;
        using (var whole = new TrainingBench(_folder.In("whole"), Settings, schedule: Schedule))
        {
            whole.Trainer.Run(CancellationToken.None).ShouldBe(TrainingEnd.Completed);
            expected = whole.Model.Bits;
        }

        var run = _folder.In("killed");
        var kills = 0;
        for (var until = 60; until <= 220; until += 80, kills++)
        {
            KillAfter(run, until);
        }

        using var resumed = new TrainingBench(run, Settings, resume: true, schedule: Schedule);
        resumed.Trainer.Restore().ShouldBeTrue();
        resumed.Trainer.State.Step.ShouldBeInRange(60, 380);
        resumed.Trainer.Run(CancellationToken.None).ShouldBe(TrainingEnd.Completed);

        kills.ShouldBe(3);
        resumed.Model.Bits.ShouldBe(expected);
    }

    /// <summary>Not a test of its own: the body of the child process.</summary>
    [Fact(Explicit = true)]
    public void Child_process()
    {
        if (Environment.GetEnvironmentVariable(FolderVariable) is not { Length: > 0 } run)
        {
            Assert.Skip("Runs only as the child of A_killed_run_goes_on_with_the_same_bits.");
            return;
        }

        var resume = File.Exists(Path.Combine(run, "recipe.yaml"));
        using var bench = new TrainingBench(run, Settings, resume, schedule: Schedule);
        bench.Trainer.Restore();
        bench.Observer.Then = _ => Thread.Sleep(2);
        bench.Trainer.Run(CancellationToken.None);
    }

    public void Dispose() => _folder.Dispose();

    /// <summary>Starts the child and kills it (SIGKILL on Unix) some steps after it has saved a given step.</summary>
    private static void KillAfter(string run, int step)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(KilledRunTests).Assembly.Location, "-method", $"{typeof(KilledRunTests).FullName}.{nameof(Child_process)}", "-explicit", "only"])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment[FolderVariable] = run;
        using var child = Process.Start(start).ShouldNotBeNull();
        child.OutputDataReceived += (_, _) => { };
        child.ErrorDataReceived += (_, _) => { };
        child.BeginOutputReadLine();
        child.BeginErrorReadLine();
        var wanted = Path.Combine(run, "checkpoints", $"step-{step:D8}");
        var deadline = Stopwatch.StartNew();
        while (!Directory.Exists(wanted) && !child.HasExited && deadline.Elapsed < TimeSpan.FromSeconds(60))
        {
            Thread.Sleep(1);
        }

        child.HasExited.ShouldBeFalse("the child should be killed in the middle of its run");
        Thread.Sleep(15);
        child.Kill();
        child.WaitForExit();
    }
}
