using Gyre.Contracts;
using Gyre.Evaluation.Experiments;
using Gyre.Evaluation.Replies;

namespace Gyre.Evaluation.Tests.Experiments;

/// <summary>A fake candidate that answers by a function, after a delay that depends on the row, and counts its calls.</summary>
internal sealed class ScriptedCandidate(string name, Func<DatasetRow, string> answer, string digest = "1") : ICandidate
{
    private int _calls;

    public string Name => name;

    public string Digest => $"{name}-{digest}";

    public (decimal Input, decimal Output)? PricePerMillion { get; init; }

    /// <summary>Milliseconds a letter of the prompt.</summary>
    public double Pace { get; init; } = 1;

    public int Calls => _calls;

    public async Task<Reply> AnswerAsync(DatasetRow row, int sample, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _calls);
        for (var turns = row.Id.Length % 3; turns > 0; turns--)
        {
            await Task.Yield();
        }

        var text = answer(row);
        return new Reply(text, TimeSpan.FromMilliseconds(row.Prompt.Length * Pace), row.Prompt.Length, text.Length, "stop");
    }
}
