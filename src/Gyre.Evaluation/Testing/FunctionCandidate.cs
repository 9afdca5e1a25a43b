using Gyre.Contracts;
using Gyre.Evaluation.Experiments;
using Gyre.Evaluation.Replies;

namespace Gyre.Evaluation.Testing;

/// <summary>A candidate that is a function of the prompt.</summary>
internal sealed class FunctionCandidate : ICandidate
{
    private readonly Func<string, CancellationToken, Task<string>> _answer;
    private readonly TimeProvider _clock;

    public FunctionCandidate(string name, Func<string, CancellationToken, Task<string>> answer, TimeProvider clock)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        (Name, _answer, _clock) = (name, answer, clock);
    }

    public string Name { get; }

    /// <summary>A function has no digest of its own: kept replies are those of the name.</summary>
    public string Digest => "function:" + Name;

    public async Task<Reply> AnswerAsync(DatasetRow row, int sample, CancellationToken cancellationToken)
    {
        var start = _clock.GetTimestamp();
        var text = await _answer(row.Prompt, cancellationToken);
        return new Reply(text ?? throw new InvalidOperationException($"Answer row '{row.Id}': the function '{Name}' gave null; expected text, which may be empty."), _clock.GetElapsedTime(start));
    }
}
