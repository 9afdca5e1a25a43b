using System.Text;
using Gyre.Models.Generation;

namespace Gyre.Server.Generation;

/// <summary>One choice as it is collected for a whole answer.</summary>
internal sealed class AnswerText
{
    public StringBuilder Text { get; } = new();

    public List<TokenLogprob> Logprobs { get; } = [];

    public IReadOnlyList<TokenLogprob?> PromptLogprobs { get; private set; } = [];

    public FinishReason? Finish { get; private set; }

    public GenerationUsage? Usage { get; private set; }

    public void Add(GenerationUpdate update, IReadOnlyList<int> endIds, bool ignoresEnd)
    {
        Text.Append(update.Text);
        if (update.PromptLogprobs.Count > 0)
        {
            PromptLogprobs = update.PromptLogprobs;
        }

        if (ShownLogprob(update, endIds, ignoresEnd) is { } logprob)
        {
            Logprobs.Add(logprob);
        }

        Finish = update.FinishReason ?? Finish;
        Usage = update.Usage ?? Usage;
    }

    /// <summary>The log-probability to report; none for the end token, which is not part of the answer.</summary>
    public static TokenLogprob? ShownLogprob(GenerationUpdate update, IReadOnlyList<int> endIds, bool ignoresEnd) =>
        update.Logprob is { } logprob && (ignoresEnd || !endIds.Contains(logprob.Id)) ? logprob : null;
}
