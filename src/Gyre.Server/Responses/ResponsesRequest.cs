using System.Text.Json;
using System.Text.Json.Nodes;
using Gyre.Contracts;
using Gyre.Models;
using Gyre.Models.Generation;
using Gyre.Models.Templates;
using Gyre.Server.Catalog;
using Gyre.Server.Generation;
using Gyre.Server.Hosting;
using Gyre.Server.Parameters;
using Gyre.Server.Wire;

namespace Gyre.Server.Responses;

/// <summary>A checked request for a response.</summary>
internal sealed record ResponsesRequest
{
    private const string LogprobsName = "message.output_text.logprobs";

    public required ChatRequest Chat { get; init; }

    /// <summary>The request's own items.</summary>
    public required IReadOnlyList<ResponseItem> Items { get; init; }

    public required bool IsStored { get; init; }

    public required bool IsBackground { get; init; }

    public required bool IsTruncating { get; init; }

    /// <summary>The response before it begins.</summary>
    public required ResponseAnswer Asked { get; init; }

    /// <param name="body">The request's JSON.</param>
    /// <param name="faults">Takes what is wrong with it.</param>
    /// <param name="alias">What was asked for.</param>
    /// <param name="model">What answers.</param>
    /// <param name="earlier">The items of the responses that it goes on from.</param>
    /// <param name="options">The server's settings.</param>
    /// <param name="ids">Gives ids.</param>
    /// <param name="clock">Dates the response.</param>
    public static ResponsesRequest Read(
        JsonElement body,
        RequestFaults faults,
        ModelAlias alias,
        LanguageModel model,
        IReadOnlyList<ResponseItem> earlier,
        GyreHostOptions options,
        IIdSource ids,
        TimeProvider clock)
    {
        var reader = new RequestReader(body, "", faults);
        var items = ItemReader.Read(reader, earlier, ids, options.MaxMessages);
        if (earlier.Count + items.Count > options.MaxMessages)
        {
            faults.Add("SRV0174", "previous_response_id", $"The conversation has {earlier.Count + items.Count:N0} items with those of 'previous_response_id'; expected at most {options.MaxMessages:N0}. Begin a new one.");
        }

        var instructions = reader.ReadString("instructions");
        var turns = ItemReader.ToTurns(earlier.Concat(items));
        if (instructions is { Length: > 0 })
        {
            turns.Insert(0, new ChatTurn("system", instructions));
        }

        var (isStreamed, isBackground) = (reader.ReadBoolean("stream") ?? false, reader.ReadBoolean("background") ?? false);
        var isStored = ReadStore(reader, options, isBackground);
        if (isStreamed && isBackground)
        {
            faults.Add("SRV0115", "stream", "'stream' and 'background' are both true; expected one of them. Ask for a background response with GET.");
        }

        reader.ReadObject("stream_options", out _)?.AllowOnly("include_obfuscation");
        ReadIgnored(reader);
        var topLogprobs = (int?)reader.ReadInteger("top_logprobs", 0, 20);
        var hasLogprobs = ReadInclude(reader) || topLogprobs is not null;
        var maxTokens = (int?)reader.ReadInteger("max_output_tokens", 1, int.MaxValue);
        var isTruncating = reader.ReadString("truncation", "auto", "disabled") == "auto";
        var format = ReadFormat(reader);
        var user = reader.ReadString("user");
        var chat = new ChatRequest
        {
            Turns = GenerationService.WithSystem(turns, alias),
            Tools = ToolReader.ReadResponses(reader),
            Format = format,
            Options = SamplingParameters.Read(reader, alias.Options, model.Decoder.VocabularySize) with
            {
                MaxTokens = maxTokens ?? alias.MaxTokens ?? model.Decoder.ContextLength,
                Logprobs = hasLogprobs ? topLogprobs ?? 0 : null,
            },
            ChoiceCount = 1,
            IsStreamed = isStreamed,
            IncludesUsage = false,
            User = user,
        };
        return new ResponsesRequest
        {
            Chat = chat,
            Items = items,
            IsStored = isStored,
            IsBackground = isBackground,
            IsTruncating = isTruncating,
            Asked = new ResponseAnswer
            {
                Id = ids.NewId("resp"),
                CreatedAt = clock.GetUtcNow().ToUnixTimeSeconds(),
                Status = "queued",
                Background = isBackground,
                Error = null,
                IncompleteDetails = null,
                Instructions = instructions,
                MaxOutputTokens = maxTokens,
                Model = alias.Name,
                Output = [],
                ParallelToolCalls = reader.ReadBoolean("parallel_tool_calls") ?? true,
                PreviousResponseId = reader.ReadString("previous_response_id"),
                Store = isStored,
                Temperature = Shown(chat.Options.Temperature),
                Text = new JsonObject { ["format"] = format?.Shown?.DeepClone() ?? new JsonObject { ["type"] = "text" } },
                ToolChoice = Echo(reader, "tool_choice") ?? JsonValue.Create("auto"),
                Tools = Echo(reader, "tools") ?? new JsonArray(),
                TopLogprobs = topLogprobs ?? 0,
                TopP = Shown(chat.Options.TopP),
                Truncation = isTruncating ? "auto" : "disabled",
                Usage = null,
                User = user,
                Metadata = ReadMetadata(reader),
            },
        };
    }

    /// <summary>The number as it was written, not as the nearest 32-bit one.</summary>
    private static double Shown(float value) => (double)(decimal)value;

    private static bool ReadStore(RequestReader reader, GyreHostOptions options, bool isBackground)
    {
        var asked = reader.ReadBoolean("store");
        if (asked == true && !options.StoresContent)
        {
            reader.Faults.Add("SRV0111", "store", "Parameter 'store' is true, and this server is set to store no content; leave it out or send false.");
        }

        var stores = asked ?? options.StoresContent;
        if (isBackground && !stores)
        {
            reader.Faults.Add("SRV0115", "background", "'background' is true and the response is not stored; expected 'store' to be true beside it, on a server that stores content.");
        }

        return stores;
    }

    private static void ReadIgnored(RequestReader reader)
    {
        reader.ReadString("service_tier", "auto", "default");
        reader.ReadString("safety_identifier");
        reader.ReadString("prompt_cache_key");
    }

    private static bool ReadInclude(RequestReader reader)
    {
        if (!reader.TryGet("include", out var list))
        {
            return false;
        }

        if (list.ValueKind != JsonValueKind.Array)
        {
            reader.AddWrongType("include", list, "a list of strings");
            return false;
        }

        var names = reader.ReadTexts("include", 16);
        if (names.FirstOrDefault(name => name is not (LogprobsName or "reasoning.encrypted_content")) is { } other)
        {
            reader.Faults.Add(RequestReader.OutOfRange, "include", $"'include' holds '{(other.Length <= 40 ? other : other[..40] + "…")}'; expected '{LogprobsName}': this server has nothing else to include.");
        }

        return names.Contains(LogprobsName, StringComparer.Ordinal);
    }

    private static AnswerFormat? ReadFormat(RequestReader reader)
    {
        var text = reader.ReadObject("text", out _);
        text?.AllowOnly("format", "verbosity");
        text?.ReadString("verbosity", "medium");
        return FormatReader.ReadResponses(reader, text);
    }

    private static JsonNode? Echo(RequestReader reader, string name) =>
        reader.TryGet(name, out var value) && JsonText.TryRead(value, name, reader.Faults, out var node) ? node : null;

    private static Dictionary<string, string> ReadMetadata(RequestReader reader)
    {
        var kept = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in MetadataReader.Read(reader))
        {
            kept[name] = value;
        }

        return kept;
    }
}
