using System.Globalization;
using Gyre.Training.Loop;
using Gyre.Training.Runs;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Gyre.Cli.Training;

/// <summary>Shows a run in a terminal while it happens: progress, loss curve, speed, time left and the latest sample.</summary>
internal sealed class TrainView : ITrainingObserver
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(150);

    private readonly LiveDisplayContext _live;
    private readonly IAnsiConsole _console;
    private readonly TimeProvider _time;
    private readonly string _name;
    private readonly LossSparkline _curve = new();
    private readonly List<string> _warnings = [];
    private string _stage = "";
    private (long Done, long Total) _stageProgress;
    private TrainingProgress? _progress;
    private TrainingSample? _sample;
    private int _checkpoint;
    private long _drawn;

    private TrainView(LiveDisplayContext live, IAnsiConsole console, string name, TimeProvider time)
    {
        _live = live;
        _console = console;
        _name = name;
        _time = time;
    }

    /// <summary>Runs a job under the view that suits the console: live in a terminal, lines when redirected.</summary>
    /// <param name="console">Where to draw.</param>
    /// <param name="name">The model's name.</param>
    /// <param name="time">Paces the drawing.</param>
    /// <param name="job">The run; it reports to the observer it is given.</param>
    public static T Show<T>(IAnsiConsole console, string name, TimeProvider time, Func<ITrainingObserver, T> job) =>
        ShowAsync(console, name, time, observer => Task.FromResult(job(observer))).GetAwaiter().GetResult(); // The job has run when the call returns.

    /// <inheritdoc cref="Show"/>
    public static async Task<T> ShowAsync<T>(IAnsiConsole console, string name, TimeProvider time, Func<ITrainingObserver, Task<T>> job)
    {
        ArgumentNullException.ThrowIfNull(console);
        ArgumentNullException.ThrowIfNull(job);
        if (!console.Profile.Out.IsTerminal || !console.Profile.Capabilities.Ansi)
        {
            return await job(new PlainTrainView(console.Profile.Out.Writer, time));
        }

        return await console.Live(new Text("")).AutoClear(enabled: false).Overflow(VerticalOverflow.Ellipsis).StartAsync(async live =>
        {
            var view = new TrainView(live, console, name, time);
            var result = await job(view);
            view.Draw();
            return result;
        });
    }

    /// <inheritdoc />
    public void OnStage(string name)
    {
        _stage = name;
        _stageProgress = default;
        Draw();
    }

    /// <inheritdoc />
    public void OnStageProgress(long done, long total)
    {
        _stageProgress = (done, total);
        DrawWhenDue();
    }

    /// <inheritdoc />
    public void OnStep(TrainingProgress progress)
    {
        ArgumentNullException.ThrowIfNull(progress);
        _progress = progress;
        _curve.Add(progress.SmoothedLoss);
        DrawWhenDue();
    }

    /// <inheritdoc />
    public void OnValidation(int step, double loss, bool isBest)
    {
        if (_progress is not null)
        {
            _progress = _progress with { ValidationLoss = loss, BestValidationLoss = isBest ? loss : _progress.BestValidationLoss };
        }

        Draw();
    }

    /// <inheritdoc />
    public void OnSample(TrainingSample sample)
    {
        _sample = sample;
        Draw();
    }

    /// <inheritdoc />
    public void OnCheckpoint(int step, string folder)
    {
        _checkpoint = step;
        Draw();
    }

    /// <inheritdoc />
    public void OnWarning(string code, string message)
    {
        _warnings.Add($"{code}: {message}");
        Draw();
    }

    /// <summary>The picture of a moment.</summary>
    internal IRenderable Picture(int width)
    {
        var rows = new List<IRenderable> { new Markup($"[bold]{Markup.Escape(_name)}[/]  [grey]{Markup.Escape(_stage)}[/]") };
        if (_progress is { } progress)
        {
            rows.Add(Bar((double)progress.Step / progress.Steps, width, $"{progress.Step:N0} / {progress.Steps:N0}"));
            var columns = new Grid().AddColumns(4);
            columns.AddRow(Cell("loss", progress.SmoothedLoss.ToString("0.0000", CultureInfo.InvariantCulture)), Cell("validation", Loss(progress.ValidationLoss)), Cell("best", Loss(progress.BestValidationLoss)), Cell("checkpoint", _checkpoint == 0 ? "–" : $"step {_checkpoint:N0}"));
            columns.AddRow(Cell("speed", $"{progress.TokensPerSecond:N0} tokens/s"), Cell("elapsed", TrainFormat.Time(progress.Elapsed)), Cell("left", TrainFormat.Time(progress.Remaining)), Cell("rate / gradient", $"{progress.LearningRate:0.0e+0} / {progress.GradientNorm:0.00}"));
            rows.Add(columns);
            if (progress.Figures.Count > 0)
            {
                rows.Add(new Markup(string.Join("  ", progress.Figures.Select(figure => $"[grey]{Markup.Escape(figure.Key)}[/] [bold]{figure.Value.ToString("0.###", CultureInfo.InvariantCulture)}[/]"))));
            }

            rows.Add(new Markup($"[deepskyblue1]{_curve.Draw(Math.Max(10, width - 2))}[/]"));
        }

        if (_stageProgress.Total > 0)
        {
            rows.Add(Bar((double)_stageProgress.Done / _stageProgress.Total, width, $"{_stageProgress.Done:N0} / {_stageProgress.Total:N0}"));
        }
        else if (_stageProgress.Done > 0)
        {
            rows.Add(new Text($"{_stageProgress.Done:N0}"));
        }

        if (_sample is { } sample)
        {
            var text = new Markup($"[grey]{Markup.Escape(TrainFormat.OneLine(sample.Prompt, 2 * width))}[/]\n{Markup.Escape(sample.Text.Trim())}");
            rows.Add(new Panel(text) { Header = new PanelHeader($" sample after step {sample.Step:N0} "), Border = BoxBorder.Rounded, Expand = true }.BorderColor(Color.Grey));
        }

        rows.AddRange(_warnings.TakeLast(3).Select(warning => new Markup($"[yellow]{Markup.Escape(warning)}[/]")));
        rows.Add(new Markup("[grey]Ctrl-C finishes the step and saves a checkpoint.[/]"));
        return new Rows(rows);
    }

    private static Markup Cell(string label, string value) => new($"[grey]{label}[/] [bold]{Markup.Escape(value)}[/]  ");

    private static string Loss(double? loss) => loss is { } value ? value.ToString("0.0000", CultureInfo.InvariantCulture) : "–";

    private static Markup Bar(double share, int width, string label)
    {
        share = Math.Clamp(share, 0, 1);
        var percent = string.Create(CultureInfo.InvariantCulture, $"{100 * share,4:0} %  {label}");
        var cells = Math.Max(10, width - percent.Length - 4);
        var done = (int)Math.Round(share * cells);
        return new Markup($"[deepskyblue1]{new string('━', done)}[/][grey35]{new string('━', cells - done)}[/] {percent}");
    }

    private void DrawWhenDue()
    {
        if (_time.GetElapsedTime(_drawn) >= Pause)
        {
            Draw();
        }
    }

    private void Draw()
    {
        _drawn = _time.GetTimestamp();
        _live.UpdateTarget(Picture(_console.Profile.Width));
        _live.Refresh();
    }
}
