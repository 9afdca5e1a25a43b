using System.Text.Json;
using Gyre.Models;
using Gyre.Models.Generation;
using Gyre.Server.Catalog;
using Gyre.Server.Parameters;

namespace Gyre.Server.Generation;

/// <summary>A checked completions request.</summary>
internal sealed record CompletionRequest
{
    private const int DefaultMaxTokens = 16;

    public required IReadOnlyList<CompletionPrompt> Prompts { get; init; }

    /// <summary>The form of the continuations; null for free text.</summary>
    public AnswerFormat? Format { get; init; }

    public required GenerationOptions Options { get; init; }

    public required int ChoicesPerPrompt { get; init; }

    public required bool Echoes { get; init; }

    /// <summary>Only the prompt is scored: nothing is to be generated.</summary>
    public required bool IsScoring { get; init; }

    public required bool IsStreamed { get; init; }

    public required bool IncludesUsage { get; init; }

    public required string? User { get; init; }

    public static CompletionRequest Read(JsonElement body, RequestFaults faults, ModelAlias alias, LanguageModel model, int maxPrompts)
    {
        var reader = new RequestReader(body, "", faults);
        var echoes = reader.ReadBoolean("echo") ?? false;
        var maxTokens = (int?)reader.ReadInteger("max_tokens", 0, int.MaxValue) ?? alias.MaxTokens ?? DefaultMaxTokens;
        if (maxTokens == 0 && !echoes)
        {
            faults.Add("SRV0115", "max_tokens", "'max_tokens' is 0 without 'echo'; expected 1 or more, or 'echo' to be true to score the prompt.");
        }

        var logprobs = (int?)reader.ReadInteger("logprobs", 0, 20);
        var isStreamed = reader.ReadBoolean("stream") ?? false;
        reader.ReadInteger("best_of", 1, 1);
        return new CompletionRequest
        {
            Prompts = PromptReader.Read(reader, model, maxPrompts),
            Options = SamplingParameters.Read(reader, alias.Options, model.Decoder.VocabularySize) with
            {
                MaxTokens = Math.Max(1, maxTokens),
                Logprobs = logprobs,
                PromptLogprobs = echoes && logprobs is not null,
            },
            Format = FormatReader.ReadStructured(reader),
            ChoicesPerPrompt = (int?)reader.ReadInteger("n", 1, 128) ?? 1,
            Echoes = echoes,
            IsScoring = maxTokens == 0,
            IsStreamed = isStreamed,
            IncludesUsage = StreamOptions.ReadIncludeUsage(reader, isStreamed),
            User = reader.ReadString("user"),
        };
    }
}
