using Gyre.Observability;
using Gyre.Contracts;
using Gyre.Server.Generation;
using Gyre.Server.Hosting;
using Gyre.Server.Http;
using Gyre.Server.Parameters;
using Gyre.Server.Wire;

namespace Gyre.Server.Endpoints;

/// <summary>POST <c>/v1/chat/completions</c>.</summary>
internal sealed class ChatCompletionsEndpoint(
    GyreHostOptions options,
    GenerationService generation,
    RequestErrors errors,
    IIdSource ids,
    TimeProvider clock)
{
    public async Task HandleAsync(HttpContext context)
    {
        var scope = RequestScope.Of(context);
        using var body = await RequestBody.ReadAsync(context, options.MaxRequestBytes);
        var faults = new RequestFaults();
        ChatParameters.Table.Check(body.RootElement, faults);
        var (alias, model) = await generation.ResolveAsync(body.RootElement, faults, scope.Trace, isOptional: false, scope.Cancellation);
        var request = ChatRequest.Read(body.RootElement, faults, alias, model, options.MaxMessages);
        faults.ThrowIfAny();

        scope.Trace?.SetInput(request.Turns.Select(turn => (turn.Role, turn.Content)));
        scope.Trace?.Tag(GenAiAttribute.UserId, request.User);
        var call = generation.Prepare(request, alias, model);
        var head = new AnswerHead(ids.NewId("chatcmpl"), clock.GetUtcNow().ToUnixTimeSeconds(), alias.Name, call.Fingerprint);
        scope.Trace?.Tag(GenAiAttribute.ResponseId, head.Id);
        scope.Trace?.Submit(call, request.IsStreamed);
        await using var choices = ChoiceStream.Start(call, scope.Cancellation);
        if (request.IsStreamed)
        {
            await StreamAsync(context, scope, request, call, head, choices);
        }
        else
        {
            await AnswerAsync(context, scope, call, head, choices);
        }
    }

    private static async Task AnswerAsync(HttpContext context, RequestScope scope, GenerationCall call, AnswerHead head, ChoiceStream choices)
    {
        var answers = Enumerable.Range(0, call.ChoiceCount).Select(_ => new AnswerText()).ToArray();
        await foreach (var item in choices.Updates.ReadAllAsync(scope.Cancellation))
        {
            scope.Trace?.Observe(item);
            answers[item.Choice].Add(item.Update, listsEnd: false);
        }

        var completion = new ChatCompletion
        {
            Id = head.Id,
            Created = head.Created,
            Model = head.Model,
            SystemFingerprint = head.Fingerprint,
            Choices = [.. answers.Select((answer, index) => new ChatCompletion.Choice
            {
                Index = index,
                Message = new ChatCompletion.Answer { Content = answer.Text.ToString() },
                Logprobs = call.Options.Logprobs is null ? null : new ChatLogprobs
                {
                    Content = [.. answer.Logprobs.Select(token => ChatLogprobWriter.ToWire(call.Model.Tokenizer, token))],
                },
                FinishReason = FinishReasons.Name(answer.Finish ?? Models.Generation.FinishReason.Stop),
            })],
            Usage = UsageSum.Of(call, answers.Select(answer => answer.Usage)),
        };
        await JsonAnswer.WriteAsync(context, completion, WireJson.Plain.ChatCompletion);
    }

    private async Task StreamAsync(HttpContext context, RequestScope scope, ChatRequest request, GenerationCall call, AnswerHead head, ChoiceStream choices)
    {
        var type = request.IncludesUsage ? WireJson.Plain.ChatChunk : WireJson.WithoutNullUsage.ChatChunk;
        using var output = new EventStream(context, clock, options.KeepAliveInterval);
        try
        {
            var hasRole = new bool[call.ChoiceCount];
            var usages = new Models.Generation.GenerationUsage?[call.ChoiceCount];
            while (await output.WaitAsync(choices.Updates, scope.Cancellation))
            {
                while (!output.IsFull && choices.Updates.TryRead(out var item))
                {
                    scope.Trace?.Observe(item);
                    if (!hasRole[item.Choice])
                    {
                        hasRole[item.Choice] = true;
                        output.Write(Chunk(head, item.Choice, new ChatChunk.Delta { Role = "assistant", Content = "" }), type);
                    }

                    WriteUpdate(output, call, head, item, type);
                    usages[item.Choice] = item.Update.Usage ?? usages[item.Choice];
                }

                await output.FlushAsync(scope.Cancellation);
            }

            if (request.IncludesUsage)
            {
                output.Write(Chunk(head) with { Usage = UsageSum.Of(call, usages) }, type);
            }

            output.WriteDone();
            await output.FlushAsync(scope.Cancellation);
        }
        catch (Exception error) when (output.IsOpen)
        {
            await errors.EndAsync(context, scope, output, error);
        }
    }

    private static void WriteUpdate(
        EventStream output,
        GenerationCall call,
        AnswerHead head,
        ChoiceUpdate item,
        System.Text.Json.Serialization.Metadata.JsonTypeInfo<ChatChunk> type)
    {
        var logprob = AnswerText.ShownLogprob(item.Update, listsEnd: false);
        if (item.Update.Text.Length > 0 || logprob is not null)
        {
            var logprobs = logprob is null ? null : new ChatLogprobs { Content = [ChatLogprobWriter.ToWire(call.Model.Tokenizer, logprob)] };
            output.Write(Chunk(head, item.Choice, new ChatChunk.Delta { Content = item.Update.Text }, logprobs), type);
        }

        if (item.Update.FinishReason is { } finish)
        {
            output.Write(Chunk(head, item.Choice, new ChatChunk.Delta(), finishReason: FinishReasons.Name(finish)), type);
        }
    }

    private static ChatChunk Chunk(AnswerHead head) => new()
    {
        Id = head.Id,
        Created = head.Created,
        Model = head.Model,
        SystemFingerprint = head.Fingerprint,
        Choices = [],
    };

    private static ChatChunk Chunk(AnswerHead head, int choice, ChatChunk.Delta delta, ChatLogprobs? logprobs = null, string? finishReason = null) =>
        Chunk(head) with { Choices = [new ChatChunk.Choice { Index = choice, Delta = delta, Logprobs = logprobs, FinishReason = finishReason }] };
}
