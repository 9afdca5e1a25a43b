using System.Text;
using Gyre.Models;
using Gyre.Models.Generation;

namespace Gyre.Cli.Verbs;

/// <summary>Gathers a generation's updates into what <c>gyre generate --json</c> prints.</summary>
internal sealed class GenerateResult(LanguageModel model)
{
    private readonly StringBuilder _text = new();
    private readonly List<int> _tokenIds = [];
    private readonly List<object> _logprobs = [];
    private GenerationUsage? _usage;
    private FinishReason? _finishReason;

    public string Text => _text.ToString();

    public void Add(GenerationUpdate update)
    {
        _text.Append(update.Text);
        if (update.TokenId is { } id)
        {
            _tokenIds.Add(id);
        }

        if (update.Logprob is { } logprob)
        {
            _logprobs.Add(new
            {
                logprob.Id,
                Token = model.Tokenizer.GetToken(logprob.Id),
                logprob.Logprob,
                Top = logprob.Top.Select(top => new { top.Id, Token = model.Tokenizer.GetToken(top.Id), top.Logprob }),
            });
        }

        _usage = update.Usage ?? _usage;
        _finishReason = update.FinishReason ?? _finishReason;
    }

    public object ToJson() => new
    {
        Model = model.Name,
        Text,
        TokenIds = _tokenIds,
        Logprobs = _logprobs.Count > 0 ? _logprobs : null,
        FinishReason = _finishReason == FinishReason.Stop ? "stop" : "length",
        Usage = new
        {
            _usage!.PromptTokens,
            _usage.CompletionTokens,
            TotalTokens = _usage.PromptTokens + _usage.CompletionTokens,
        },
        Timings = new
        {
            QueuedMs = _usage.Queued.TotalMilliseconds,
            PromptMs = IsTimedInParts(_usage) ? _usage.Prompt.TotalMilliseconds : (double?)null,
            GenerationMs = _usage.Generation.TotalMilliseconds,
            TokensPerSecond = TokensPerSecond(_usage),
        },
    };

    public string Summary() =>
        $"[{model.Name}: {_usage!.PromptTokens} prompt + {_usage.CompletionTokens} tokens, "
        + (IsTimedInParts(_usage)
            ? $"prompt {_usage.Prompt.TotalMilliseconds:0} ms, {TokensPerSecond(_usage):0} tokens/s]"
            : $"searched for {_usage.Generation.TotalMilliseconds:0} ms]");

    /// <summary>A beam search has one time for everything.</summary>
    private static bool IsTimedInParts(GenerationUsage usage) => usage.Prompt > TimeSpan.Zero;

    /// <summary>Tokens after the first over the time after the prompt; the first belongs to the prompt's time.</summary>
    private static double? TokensPerSecond(GenerationUsage usage) =>
        usage.CompletionTokens > 1 && usage.Generation > TimeSpan.Zero && IsTimedInParts(usage) ? (usage.CompletionTokens - 1) / usage.Generation.TotalSeconds : null;
}
