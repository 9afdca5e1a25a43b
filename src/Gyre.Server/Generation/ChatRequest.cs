using System.Text.Json;
using Gyre.Models;
using Gyre.Models.Generation;
using Gyre.Models.Templates;
using Gyre.Models.Tools;
using Gyre.Server.Catalog;
using Gyre.Server.Parameters;

namespace Gyre.Server.Generation;

/// <summary>A checked chat request.</summary>
internal sealed record ChatRequest
{
    public required IReadOnlyList<ChatTurn> Turns { get; init; }

    public required ToolUse Tools { get; init; }

    /// <summary>The form of the answer's text; null for free text.</summary>
    public AnswerFormat? Format { get; init; }

    public required GenerationOptions Options { get; init; }

    public required int ChoiceCount { get; init; }

    public required bool IsStreamed { get; init; }

    public required bool IncludesUsage { get; init; }

    public required string? User { get; init; }

    /// <summary>Reads a request's JSON, which <see cref="ParameterTable.Check"/> has seen; faults are left in the reader.</summary>
    public static ChatRequest Read(JsonElement body, RequestFaults faults, ModelAlias alias, LanguageModel model, int maxMessages)
    {
        var reader = new RequestReader(body, "", faults);
        var turns = GenerationService.WithSystem(MessageReader.Read(reader, maxMessages), alias);
        CheckAccepted(reader);
        var isStreamed = reader.ReadBoolean("stream") ?? false;
        return new ChatRequest
        {
            Turns = turns,
            Tools = ToolReader.ReadChat(reader),
            Format = FormatReader.ReadChat(reader),
            Options = SamplingParameters.Read(reader, alias.Options, model.Decoder.VocabularySize) with
            {
                MaxTokens = ReadMaxTokens(reader) ?? alias.MaxTokens ?? model.Decoder.ContextLength,
                Logprobs = ReadLogprobs(reader),
            },
            ChoiceCount = (int?)reader.ReadInteger("n", 1, 128) ?? 1,
            IsStreamed = isStreamed,
            IncludesUsage = StreamOptions.ReadIncludeUsage(reader, isStreamed),
            User = reader.ReadString("user"),
        };
    }

    private static int? ReadMaxTokens(RequestReader reader)
    {
        var current = (int?)reader.ReadInteger("max_completion_tokens", 1, int.MaxValue);
        var older = (int?)reader.ReadInteger("max_tokens", 1, int.MaxValue);
        if (current is not null && older is not null && current != older)
        {
            reader.Faults.Add("SRV0115", "max_tokens", $"'max_tokens' is {older} and 'max_completion_tokens' is {current}; expected one of them.");
        }

        return current ?? older;
    }

    private static int? ReadLogprobs(RequestReader reader)
    {
        var wants = reader.ReadBoolean("logprobs") ?? false;
        var top = (int?)reader.ReadInteger("top_logprobs", 0, 20);
        if (top is not null && !wants)
        {
            reader.Faults.Add("SRV0115", "top_logprobs", "'top_logprobs' is set without 'logprobs'; expected 'logprobs' to be true beside it.");
        }

        return wants ? top ?? 0 : null;
    }

    /// <summary>Checks the values of parameters that change nothing, so that none is silently misread.</summary>
    private static void CheckAccepted(RequestReader reader)
    {
        if (reader.ReadTexts("modalities", 8).FirstOrDefault(modality => modality != "text") is { } other)
        {
            reader.Faults.Add("SRV0111", "modalities", $"Parameter 'modalities' holds '{other}'; only 'text' is supported.");
        }

        reader.ReadString("service_tier", "auto", "default");
        reader.ReadBoolean("store");
        reader.ReadString("safety_identifier");
        reader.ReadString("prompt_cache_key");
        MetadataReader.Read(reader);
    }
}
