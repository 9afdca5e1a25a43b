using System.Text.Json;
using Gyre.Contracts;
using Gyre.Models;
using Gyre.Models.Generation;
using Gyre.Observability;
using Gyre.Server.Catalog;
using Gyre.Server.Generation;
using Gyre.Server.Hosting;
using Gyre.Server.Http;
using Gyre.Server.Parameters;
using Gyre.Server.Wire;

namespace Gyre.Server.Endpoints;

/// <summary>POST <c>/generate</c>: the simple way to a text.</summary>
internal sealed class GenerateEndpoint(
    GyreHostOptions options,
    GenerationService generation,
    RequestErrors errors,
    IIdSource ids,
    TimeProvider clock)
{
    private const int DefaultMaxTokens = 256;

    public async Task HandleAsync(HttpContext context)
    {
        var scope = RequestScope.Of(context);
        using var body = await RequestBody.ReadAsync(context, options.MaxRequestBytes);
        var faults = new RequestFaults();
        GenerateParameters.Table.Check(body.RootElement, faults);
        var reader = new RequestReader(body.RootElement, "", faults);
        var hasMessages = CheckInput(reader);
        scope.PromptParameter = hasMessages ? "messages" : "prompt";
        var isStreamed = reader.ReadBoolean("stream") ?? false;
        var isLines = reader.ReadString("format", "sse", "ndjson") == "ndjson"
            || context.Request.Headers.Accept.Any(accept => accept?.Contains("application/x-ndjson", StringComparison.OrdinalIgnoreCase) == true);
        var (alias, model) = await generation.ResolveAsync(body.RootElement, faults, scope, isOptional: true);
        var call = hasMessages ? PrepareChat(body.RootElement, faults, scope, alias, model) : PreparePrompt(reader, scope, alias, model);

        var head = new AnswerHead(ids.NewId("gen"), clock.GetUtcNow().ToUnixTimeSeconds(), alias.Name, call.Fingerprint);
        scope.Trace?.Tag(GenAiAttribute.ResponseId, head.Id);
        scope.Trace?.Submit(call, isStreamed);
        await using var choices = ChoiceStream.Start(call, scope.Cancellation);
        if (isStreamed)
        {
            await StreamAsync(context, scope, call, head, choices, isLines);
        }
        else
        {
            await AnswerAsync(context, scope, call, head, choices);
        }
    }

    private static bool CheckInput(RequestReader reader)
    {
        var hasPrompt = reader.TryGet("prompt", out _);
        var hasMessages = reader.TryGet("messages", out _);
        if (hasPrompt == hasMessages)
        {
            reader.Faults.Add("SRV0115", "prompt", $"The request has {(hasPrompt ? "both 'prompt' and 'messages'" : "neither 'prompt' nor 'messages'")}; expected one of them.");
        }

        return hasMessages;
    }

    private GenerationCall PrepareChat(JsonElement body, RequestFaults faults, RequestScope scope, ModelAlias alias, LanguageModel model)
    {
        var request = ChatRequest.Read(body, faults, alias with { MaxTokens = alias.MaxTokens ?? DefaultMaxTokens }, model, options.MaxMessages);
        faults.ThrowIfAny();
        scope.Trace?.SetInput(request.Turns.Select(turn => (turn.Role, turn.Content)));
        return generation.Prepare(request, alias, model);
    }

    private static GenerationCall PreparePrompt(RequestReader reader, RequestScope scope, ModelAlias alias, LanguageModel model)
    {
        var prompt = reader.ReadString("prompt") ?? "";
        var sampling = SamplingParameters.Read(reader, alias.Options, model.Decoder.VocabularySize) with
        {
            MaxTokens = (int?)reader.ReadInteger("max_tokens", 1, int.MaxValue) ?? alias.MaxTokens ?? DefaultMaxTokens,
        };
        reader.Faults.ThrowIfAny();
        scope.Trace?.SetInput([("user", prompt)]);
        return new GenerationCall(alias, model, [model.TokenizePrompt(prompt)], 1, sampling);
    }

    private static async Task AnswerAsync(HttpContext context, RequestScope scope, GenerationCall call, AnswerHead head, ChoiceStream choices)
    {
        var answer = new AnswerText();
        await foreach (var item in choices.Updates.ReadAllAsync(scope.Cancellation))
        {
            scope.Trace?.Observe(item);
            answer.Add(item.Update, listsEnd: false);
        }

        await JsonAnswer.WriteAsync(context, Last(scope, call, head, answer.Text.ToString(), answer.Finish, answer.Usage), WireJson.Plain.GenerateAnswer);
    }

    private async Task StreamAsync(HttpContext context, RequestScope scope, GenerationCall call, AnswerHead head, ChoiceStream choices, bool isLines)
    {
        using var output = new EventStream(context, clock, options.KeepAliveInterval, isLines);
        try
        {
            while (await output.WaitAsync(choices.Updates, scope.Cancellation))
            {
                while (!output.IsFull && choices.Updates.TryRead(out var item))
                {
                    scope.Trace?.Observe(item);
                    var update = item.Update;
                    if (update.FinishReason is not null)
                    {
                        output.Write(Last(scope, call, head, update.Text, update.FinishReason, update.Usage), WireJson.Plain.GenerateAnswer);
                    }
                    else if (update.Text.Length > 0)
                    {
                        output.Write(new GenerateAnswer { Id = head.Id, Model = head.Model, Text = update.Text }, WireJson.Plain.GenerateAnswer);
                    }
                }

                await output.FlushAsync(scope.Cancellation);
            }

            output.WriteDone();
            await output.FlushAsync(scope.Cancellation);
        }
        catch (Exception error) when (output.IsOpen)
        {
            await errors.EndAsync(context, scope, output, error);
        }
    }

    private static GenerateAnswer Last(RequestScope scope, GenerationCall call, AnswerHead head, string text, FinishReason? finish, GenerationUsage? usage) => new()
    {
        Id = head.Id,
        Model = head.Model,
        Text = text,
        FinishReason = FinishReasons.Name(finish ?? FinishReason.Stop),
        Usage = UsageSum.Of(call, [usage]),
        Timings = usage is null ? null : Timings.Of(usage, scope.Trace?.TimeToFirstToken),
    };
}
