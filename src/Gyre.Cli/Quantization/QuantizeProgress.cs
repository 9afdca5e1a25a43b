using Spectre.Console;

namespace Gyre.Cli.Quantization;

/// <summary>A bar for each part of the work, or nothing where nobody looks.</summary>
internal sealed class QuantizeProgress(Terminal terminal)
{
    /// <summary>Runs a part of the work under a bar; the work tells the share that is done.</summary>
    public async Task<T> ShowAsync<T>(string name, Func<Action<double>, T> work)
    {
        T? result = default;
        await terminal.RichError.Progress().AutoClear(true)
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .StartAsync(async progress =>
            {
                var task = progress.AddTask(name, maxValue: 1);
                result = await Task.Run(() => work(done => task.Value = done));
            });
        return result!; // StartAsync returns only after the work did, and passes its exceptions on.
    }
}
