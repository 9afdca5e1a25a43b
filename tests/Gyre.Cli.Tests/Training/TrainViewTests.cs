using Gyre.Cli.Training;
using Gyre.Training.Loop;
using Gyre.Training.Runs;
using Spectre.Console;

namespace Gyre.Cli.Tests.Training;

public class TrainViewTests
{
    [Fact]
    public void A_falling_loss_falls_in_the_sparkline()
    {
        var curve = new LossSparkline();
        foreach (var step in Enumerable.Range(0, 8))
        {
            curve.Add(8 - step);
        }

        curve.Draw(80).ShouldBe("█▇▆▅▄▃▂▁");
        curve.Draw(4).ShouldBe("█▆▃▁");
        curve.Draw(0).ShouldBe("");
    }

    [Fact]
    public void A_long_run_stays_a_short_line_from_its_first_to_its_last_value()
    {
        var curve = new LossSparkline();
        for (var step = 0; step < 100_000; step++)
        {
            curve.Add(100_000 - step);
        }

        var line = curve.Draw(60);

        line.Length.ShouldBe(60);
        line.ShouldStartWith("█");
        line.ShouldEndWith("▁");
        new LossSparkline().Draw(10).ShouldBe("");
    }

    [Fact]
    public void Redirected_output_gets_lines_without_control_characters()
    {
        var output = new StringWriter();
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(output), Ansi = AnsiSupport.No });

        TrainView.Show(console, "tiny", TimeProvider.System, Play);

        var lines = output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        lines.ShouldContain(line => line.StartsWith("step 1/40  loss 3.0000", StringComparison.Ordinal) && line.Contains("1,234 tokens/s", StringComparison.Ordinal) && line.Contains("1:05 left", StringComparison.Ordinal));
        lines.ShouldContain(line => line.Contains("validation loss 2.5000  (best so far)", StringComparison.Ordinal));
        lines.ShouldContain(line => line.Contains("warning TRN0020: disk full", StringComparison.Ordinal));
        lines.ShouldContain(line => line.Contains("sample: Hello → one ⏎ two", StringComparison.Ordinal));
        output.ToString().ShouldNotContain("\u001b");
    }

    [Fact]
    public void A_terminal_sees_progress_losses_speed_and_the_sample()
    {
        var output = new StringWriter();
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new TerminalOutput(output), Ansi = AnsiSupport.Yes, Interactive = InteractionSupport.Yes });

        TrainView.Show(console, "tiny [model]", TimeProvider.System, Play);

        var text = output.ToString();
        foreach (var expected in new[] { "tiny [model]", "40 / 40", "100 %", "2.5000", "1,234 tokens/s", "sample after step 40", "one", "TRN0020: disk full [really]", "Ctrl-C" })
        {
            text.ShouldContain(expected);
        }
    }

    private static TrainingResult Play(ITrainingObserver observer)
    {
        observer.OnStage("Encoding the corpus");
        observer.OnStageProgress(10, 100);
        for (var step = 1; step <= 40; step++)
        {
            observer.OnStep(new TrainingProgress
            {
                Step = step,
                Steps = 40,
                Loss = 3,
                SmoothedLoss = 3,
                ValidationLoss = null,
                BestValidationLoss = null,
                LearningRate = 1e-3,
                GradientNorm = 0.5,
                Tokens = 100 * step,
                TokensPerSecond = 1234,
                Elapsed = TimeSpan.FromSeconds(10),
                Remaining = TimeSpan.FromSeconds(65),
            });
        }

        observer.OnValidation(40, 2.5, isBest: true);
        observer.OnSample(new TrainingSample(40, "Hello", "one\ntwo"));
        observer.OnCheckpoint(40, "checkpoints/step-00000040");
        observer.OnWarning("TRN0020", "disk full [really]");
        return new TrainingResult
        {
            End = TrainingEnd.Completed,
            Folder = "run",
            ModelFolder = "run/model",
            Step = 40,
            SmoothedLoss = 3,
            BestValidationLoss = 2.5,
            BestStep = 40,
            Tokens = 4000,
            Parameters = 10,
            Elapsed = TimeSpan.FromSeconds(10),
        };
    }

    private sealed class TerminalOutput(TextWriter writer) : IAnsiConsoleOutput
    {
        public TextWriter Writer => writer;

        public bool IsTerminal => true;

        public int Width => 100;

        public int Height => 40;

        public void SetEncoding(System.Text.Encoding encoding)
        {
        }
    }
}
