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

    /// <summary>Takes in an update.</summary>
    /// <param name="update">What the choice gained.</param>
    /// <param name="listsEnd">Lists the end token's log-probability too: scoring tools count on one entry a generated token.</param>
    public void Add(GenerationUpdate update, bool listsEnd)
    {
        Text.Append(update.Text);
        if (update.PromptLogprobs.Count > 0)
        {
            PromptLogprobs = update.PromptLogprobs;
        }

        if (ShownLogprob(update, listsEnd) is { } logprob)
        {
            Logprobs.Add(logprob);
        }

        Finish = update.FinishReason ?? Finish;
        Usage = update.Usage ?? Usage;
    }

    /// <summary>The log-probability to report; where end tokens are not listed, none for the one that is not part of the answer.</summary>
    public static TokenLogprob? ShownLogprob(GenerationUpdate update, bool listsEnd) => listsEnd || !update.IsEnd ? update.Logprob : null;
}
