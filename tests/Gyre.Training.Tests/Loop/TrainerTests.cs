using Gyre.Training.Loop;
using Gyre.Training.Runs;

namespace Gyre.Training.Tests.Loop;

public sealed class TrainerTests : IDisposable
{
    private const string Often = "checkpoint: {every: 7}\nevaluation: {every: 5}\nsamples: {every: 10, tokens: 4, prompts: [a, b]}\n";
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Training_lowers_both_losses_and_fills_the_run_folder()
    {
        using var bench = new TrainingBench(_folder.In("run"), Often);

        bench.Trainer.Run(CancellationToken.None).ShouldBe(TrainingEnd.Completed);

        bench.Observer.Steps.Count.ShouldBe(30);
        bench.Observer.Steps[0].Loss.ShouldBe(Math.Log(TrainingBench.Vocabulary), 0.1);
        bench.Observer.Steps[^1].SmoothedLoss.ShouldBeLessThan(2.7);
        bench.Trainer.State.BestLoss!.Value.ShouldBeLessThan(2.5);
        bench.Observer.Checkpoints.ShouldBe([7, 14, 21, 28, 30]);
        bench.Observer.Samples.Count.ShouldBe(6);
        var metrics = MetricsLog.Read(bench.Folder.Metrics).ToArray();
        metrics.Select(point => point.Step).ShouldBe(Enumerable.Range(1, 30));
        metrics.Where(point => point.ValidationLoss is not null).Select(point => point.Step).ShouldBe([5, 10, 15, 20, 25, 30]);
        File.Exists(bench.Folder.Plot).ShouldBeTrue();
        File.ReadAllText(bench.Folder.SamplesPage).ShouldContain("## Step 30");
    }

    [Theory]
    [InlineData("{rows: 1, sequence: 16, accumulation: 8}")]
    [InlineData("{rows: 2, sequence: 16, accumulation: 4}")]
    public void Accumulation_equals_one_large_batch_although_lengths_are_ragged(string batch)
    {
        using var whole = new TrainingBench(_folder.In("whole"), batch: "{rows: 8, sequence: 16}");
        using var split = new TrainingBench(_folder.In("split"), batch: batch);

        whole.Trainer.Run(CancellationToken.None);
        split.Trainer.Run(CancellationToken.None);

        for (var step = 0; step < 30; step++)
        {
            split.Observer.Steps[step].Loss.ShouldBe(whole.Observer.Steps[step].Loss, 1e-6);
            split.Observer.Steps[step].Tokens.ShouldBe(whole.Observer.Steps[step].Tokens);
        }
    }

    [Fact]
    public void Any_number_of_threads_gives_the_same_bits() =>
        Train("three", threads: 3).ShouldBe(Train("one", threads: 1));

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(16)]
    [InlineData(29)]
    public void An_interrupted_run_goes_on_with_the_same_bits(int interruptAt)
    {
        var expected = Train("whole", threads: 1);
        using var cancel = new CancellationTokenSource();
        using (var first = new TrainingBench(_folder.In("cut"), Often))
        {
            first.Observer.Then = progress =>
            {
                if (progress.Step == interruptAt)
                {
                    cancel.Cancel();
                }
            };
            first.Trainer.Run(cancel.Token).ShouldBe(TrainingEnd.Interrupted);
            first.Observer.Checkpoints[^1].ShouldBe(interruptAt);
        }

        using var second = new TrainingBench(_folder.In("cut"), Often, resume: true);
        second.Trainer.Restore().ShouldBeTrue();
        second.Trainer.Run(CancellationToken.None).ShouldBe(TrainingEnd.Completed);

        second.Model.Bits.ShouldBe(expected);
        second.Observer.Steps[0].Step.ShouldBe(interruptAt + 1);
        Lines("cut").ShouldBe(Lines("whole"));
        File.ReadAllText(_folder.In("cut", "samples.jsonl")).ShouldBe(File.ReadAllText(_folder.In("whole", "samples.jsonl")));
    }

    [Fact]
    public void A_damaged_newest_checkpoint_costs_steps_but_no_bits()
    {
        var expected = Train("whole", threads: 1);
        Interrupt("cut", 20);
        var newest = Directory.GetDirectories(_folder.In("cut", "checkpoints"), "step-*").Max(StringComparer.Ordinal)!;
        using (var stream = File.OpenWrite(Path.Combine(newest, "weights.safetensors")))
        {
            stream.Position = stream.Length / 2;
            stream.WriteByte(0x55);
        }

        using var resumed = new TrainingBench(_folder.In("cut"), Often, resume: true);
        resumed.Trainer.Restore().ShouldBeTrue();
        resumed.Observer.Warnings.ShouldHaveSingleItem().ShouldStartWith("TRN0021");
        resumed.Trainer.State.Step.ShouldBe(14);
        resumed.Trainer.Run(CancellationToken.None);

        resumed.Model.Bits.ShouldBe(expected);
    }

    [Fact]
    public void A_full_disk_during_a_checkpoint_warns_and_training_goes_on()
    {
        var expected = Train("whole", threads: 1);
        var isFull = false;
        using var bench = new TrainingBench(_folder.In("full"), Often, create: path => isFull ? throw new IOException("No space left on device") : new FileStream(path, FileMode.Create));
        bench.Observer.Then = progress => isFull = progress.Step is > 12 and < 23;

        bench.Trainer.Run(CancellationToken.None).ShouldBe(TrainingEnd.Completed);

        bench.Observer.Warnings.ShouldContain(warning => warning.StartsWith("TRN0020", StringComparison.Ordinal) && warning.Contains("step-00000007' is untouched", StringComparison.Ordinal));
        bench.Observer.Checkpoints.ShouldBe([7, 28, 30]);
        bench.Model.Bits.ShouldBe(expected);
    }

    [Fact]
    public void A_disk_that_stays_full_ends_the_run_with_an_error_and_keeps_the_last_checkpoint()
    {
        var isFull = false;
        using (var bench = new TrainingBench(_folder.In("full"), Often, create: path => isFull ? throw new IOException("No space left on device") : new FileStream(path, FileMode.Create)))
        {
            bench.Observer.Then = progress => isFull = progress.Step > 10;
            Should.Throw<TrainingException>(() => bench.Trainer.Run(CancellationToken.None)).Code.ShouldBe("TRN0020");
        }

        using var resumed = new TrainingBench(_folder.In("full"), Often, resume: true);
        resumed.Trainer.Restore().ShouldBeTrue();
        resumed.Trainer.Run(CancellationToken.None);
        resumed.Model.Bits.ShouldBe(Train("whole", threads: 1));
    }

    [Fact]
    public void A_loss_that_is_not_finite_stops_the_run_and_names_the_last_good_checkpoint()
    {
        using var bench = new TrainingBench(_folder.In("run"), Often);
        bench.Model.BeforePass = pass =>
        {
            if (pass == 10)
            {
                bench.Model.Poison();
            }
        };

        var error = Should.Throw<TrainingException>(() => bench.Trainer.Run(CancellationToken.None));

        error.Code.ShouldBe("TRN0030");
        error.Message.ShouldContain("step 10");
        error.Message.ShouldContain("step-00000007");
        bench.Observer.Checkpoints.ShouldBe([7]);
    }

    [Fact]
    public void A_run_whose_validation_loss_stalls_stops_early()
    {
        using var bench = new TrainingBench(_folder.In("run"), "evaluation: {every: 2, patience: 3, min_delta: 10}\n");

        bench.Trainer.Run(CancellationToken.None).ShouldBe(TrainingEnd.StoppedEarly);

        bench.Trainer.State.Step.ShouldBe(8);
        bench.Observer.Checkpoints.ShouldBe([8]);
    }

    [Fact]
    public void The_weights_with_the_lowest_validation_loss_are_the_ones_exported()
    {
        using var bench = new TrainingBench(_folder.In("run"), "evaluation: {every: 1}\ncheckpoint: {every: 50}\n", schedule: "{kind: constant, steps: 60, peak: 0.5}");
        int[] best = [];
        var lowest = double.PositiveInfinity;
        bench.Model.BeforePass = _ => Note();
        bench.Trainer.Run(CancellationToken.None);
        Note();
        bench.Trainer.State.BestStep.ShouldBeLessThan(60, "this rate should overshoot");

        bench.Trainer.UseBest();

        bench.Model.Bits.ShouldBe(best);
        bench.Observer.Warnings.ShouldBeEmpty();

        void Note()
        {
            if (bench.Trainer.State.BestLoss < lowest)
            {
                lowest = bench.Trainer.State.BestLoss.Value;
                best = bench.Model.Bits;
            }
        }
    }

    public void Dispose() => _folder.Dispose();

    private int[] Train(string name, int threads)
    {
        using var bench = new TrainingBench(_folder.In(name), Often, threads: threads);
        bench.Trainer.Run(CancellationToken.None);
        return bench.Model.Bits;
    }

    private void Interrupt(string name, int step)
    {
        using var cancel = new CancellationTokenSource();
        using var bench = new TrainingBench(_folder.In(name), Often);
        bench.Observer.Then = progress =>
        {
            if (progress.Step == step)
            {
                cancel.Cancel();
            }
        };
        bench.Trainer.Run(cancel.Token);
    }

    /// <summary>The metrics without their timings.</summary>
    private string[] Lines(string name) =>
        [.. MetricsLog.Read(_folder.In(name, "metrics.jsonl")).Select(point => (point with { ElapsedSeconds = 0, TokensPerSecond = 0 }).ToString())];
}
