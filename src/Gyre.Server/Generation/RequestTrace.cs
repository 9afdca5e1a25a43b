using System.Diagnostics;
using System.Text.Json;
using Gyre.Models.Generation;
using Gyre.Observability;

namespace Gyre.Server.Generation;

/// <summary>
/// Watches one request and writes its spans: the request, and under it queue, prompt and generation of every choice.
/// </summary>
/// <remarks>Costs nothing when nobody listens. Used by one thread at a time. Disposing ends the spans.</remarks>
internal sealed class RequestTrace : IDisposable
{
    private const int MostContent = 64 * 1024;

    /// <summary>The longest text of any other attribute.</summary>
    private const int MostText = 1024;

    private readonly ActivitySource _source;
    private readonly TimeProvider _clock;
    private bool _storesContent;
    private readonly Activity? _request;
    private readonly long _started;
    private readonly List<ChoiceProgress> _choices = [];
    private long _submitted;
    private TimeSpan? _firstToken;

    public RequestTrace(ActivitySource source, TimeProvider clock, bool storesContent, string requestId, string route, string operation)
    {
        _source = source;
        _clock = clock;
        _storesContent = storesContent;
        _started = clock.GetTimestamp();
        _request = source.StartActivity(operation, ActivityKind.Server);
        Tag(GenAiAttribute.RequestId, requestId);
        Tag(GenAiAttribute.HttpRoute, route);
        Tag(GenAiAttribute.OperationName, operation);
        Tag(GenAiAttribute.ProviderName, "gyre");
    }

    /// <summary>Time from the request's arrival to its first token; null before it.</summary>
    public TimeSpan? TimeToFirstToken => _firstToken;

    /// <summary>Sum over the choices that finished; null until one has.</summary>
    public GenerationUsage? Usage { get; private set; }

    public void Tag(GenAiAttribute attribute, object? value)
    {
        if (_request is not null && value is not null)
        {
            var isContent = attribute is GenAiAttribute.InputMessages or GenAiAttribute.OutputMessages;
            _request.SetTag(attribute.Name(), value is string { Length: > MostText } text && !isContent ? text[..MostText] + "… (shortened)" : value);
        }
    }

    /// <summary>The model that was asked for, known before anything else can fail.</summary>
    public void SetModel(string name)
    {
        Tag(GenAiAttribute.RequestModel, name);
        if (_request is not null)
        {
            _request.DisplayName = $"{_request.OperationName} {name}";
        }
    }

    /// <summary>Nothing of what is said is kept, whatever the server's settings say.</summary>
    public void KeepNoContent() => _storesContent = false;

    /// <summary>The conversation or text that goes in; kept only where the server's settings say so.</summary>
    public void SetInput(IEnumerable<(string Role, string Content)> messages)
    {
        if (_request is not null && _storesContent)
        {
            Tag(GenAiAttribute.InputMessages, MessagesJson(messages));
        }
    }

    /// <summary>The request is handed to the engine.</summary>
    public void Submit(GenerationCall call, bool isStreamed)
    {
        _submitted = _clock.GetTimestamp();
        for (var i = 0; i < call.ChoiceCount; i++)
        {
            _choices.Add(new ChoiceProgress());
        }

        if (_request is null)
        {
            return;
        }

        Tag(GenAiAttribute.ResponseModel, call.Model.Name);
        Tag(GenAiAttribute.RequestStream, isStreamed);
        Tag(GenAiAttribute.RequestTemperature, (double)call.Options.Temperature);
        Tag(GenAiAttribute.RequestTopP, (double)call.Options.TopP);
        Tag(GenAiAttribute.RequestTopK, call.Options.TopK);
        Tag(GenAiAttribute.RequestMaxTokens, call.Options.MaxTokens);
        Tag(GenAiAttribute.RequestFrequencyPenalty, (double)call.Options.FrequencyPenalty);
        Tag(GenAiAttribute.RequestPresencePenalty, (double)call.Options.PresencePenalty);
        Tag(GenAiAttribute.RequestSeed, call.Options.Seed is { } seed ? unchecked((long)seed) : null);
        Tag(GenAiAttribute.RequestStopSequences, call.Options.Stop.Count > 0 ? call.Options.Stop.Select(stop => stop.Length > MostText ? stop[..MostText] + "…" : stop).ToArray() : null);
        Tag(GenAiAttribute.RequestChoiceCount, call.ChoiceCount);
        Tag(GenAiAttribute.UsageInputTokens, call.Prompts.Sum(prompt => prompt.Count));
    }

    /// <summary>A choice moved on.</summary>
    public void Observe(ChoiceUpdate item)
    {
        var choice = _choices[item.Choice];
        var now = _clock.GetTimestamp();
        choice.PromptDone ??= now;
        if (item.Update.TokenId is not null)
        {
            choice.Tokens++;
            _firstToken ??= _clock.GetElapsedTime(_started, now);
        }

        if (_storesContent && choice.Text.Length < MostContent)
        {
            choice.Text.Append(item.Update.Text);
        }

        if (item.Update.Usage is { } usage)
        {
            choice.Usage = usage;
            choice.Finish = FinishReasons.Name(item.Update.FinishReason ?? FinishReason.Stop);
            choice.Ended = now;
            Usage = Usage is { } sum
                ? sum with
                {
                    PromptTokens = sum.PromptTokens + usage.PromptTokens,
                    CompletionTokens = sum.CompletionTokens + usage.CompletionTokens,
                    CachedTokens = sum.CachedTokens + usage.CachedTokens,
                }
                : usage;
        }
    }

    /// <summary>The request failed.</summary>
    public void Fail(string errorType, string message)
    {
        Tag(GenAiAttribute.ErrorType, errorType);
        Tag(GenAiAttribute.ErrorMessage, message);
        _request?.SetStatus(ActivityStatusCode.Error, message);
    }

    /// <summary>The caller went away, or said stop, before the end.</summary>
    public void Cancel() => Tag(GenAiAttribute.IsCancelled, true);

    public void Dispose()
    {
        if (_request is null)
        {
            return;
        }

        var now = _clock.GetTimestamp();
        for (var i = 0; i < _choices.Count; i++)
        {
            WriteChoice(i, _choices[i], now);
        }

        if (_choices.Count > 0)
        {
            Tag(GenAiAttribute.UsageOutputTokens, _choices.Sum(choice => choice.Usage?.CompletionTokens ?? choice.Tokens));
            Tag(GenAiAttribute.UsageCacheReadInputTokens, _choices.Sum(choice => choice.Usage?.CachedTokens ?? 0));
            Tag(GenAiAttribute.ResponseFinishReasons, _choices.Select(choice => choice.Finish ?? "").Where(finish => finish.Length > 0).ToArray());
            Tag(GenAiAttribute.ResponseTimeToFirstChunk, _firstToken?.TotalSeconds);
            if (_storesContent)
            {
                Tag(GenAiAttribute.OutputMessages, MessagesJson(_choices.Select(choice => ("assistant", choice.Text.ToString()))));
            }
        }

        _request.Dispose();
    }

    private void WriteChoice(int index, ChoiceProgress choice, long now)
    {
        if (_submitted == 0)
        {
            return;
        }

        var at = _clock.GetElapsedTime(_started, _submitted);
        if (choice.Usage is { } usage)
        {
            at = WriteSpan("queue", index, at, usage.Queued, null);
            at = WriteSpan("prompt", index, at, usage.Prompt, (GenAiAttribute.UsageInputTokens, usage.PromptTokens));
            WriteSpan("generation", index, at, usage.Generation, (GenAiAttribute.UsageOutputTokens, usage.CompletionTokens));
        }
        else if (choice.PromptDone is { } promptDone)
        {
            // It ended early: the engine's own account is missing, so queue and prompt are one span, as seen from here.
            at = WriteSpan("queue and prompt", index, at, _clock.GetElapsedTime(_submitted, promptDone), null);
            WriteSpan("generation", index, at, _clock.GetElapsedTime(promptDone, now), (GenAiAttribute.UsageOutputTokens, choice.Tokens));
        }
        else
        {
            WriteSpan("queue and prompt", index, at, _clock.GetElapsedTime(_submitted, now), null);
        }
    }

    private TimeSpan WriteSpan(string name, int index, TimeSpan at, TimeSpan duration, (GenAiAttribute Attribute, int Value)? tag)
    {
        var start = new DateTimeOffset(_request!.StartTimeUtc + at, TimeSpan.Zero); // Dispose: no spans without a request activity.
        using var span = _source.StartActivity(ActivityKind.Internal, _request.Context, startTime: start, name: name);
        if (span is not null)
        {
            span.SetTag(GenAiAttribute.ChoiceIndex.Name(), index);
            if (tag is var (attribute, value))
            {
                span.SetTag(attribute.Name(), value);
            }

            span.SetEndTime((start + duration).UtcDateTime);
        }

        return at + duration;
    }

    private static string MessagesJson(IEnumerable<(string Role, string Content)> messages)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            var left = MostContent;
            writer.WriteStartArray();
            foreach (var (role, content) in messages)
            {
                var shown = content.Length <= left ? content : content[..left] + "… (shortened)";
                left -= Math.Min(left, content.Length);
                writer.WriteStartObject();
                writer.WriteString("role", role);
                writer.WriteStartArray("parts");
                writer.WriteStartObject();
                writer.WriteString("type", "text");
                writer.WriteString("content", shown);
                writer.WriteEndObject();
                writer.WriteEndArray();
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        }

        return System.Text.Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }
}
