using Gyre.Models.Generation;
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
        var (alias, model) = await generation.ResolveAsync(body.RootElement, faults, scope, isOptional: false);
        var request = ChatRequest.Read(body.RootElement, faults, alias, model, options.MaxMessages);
        faults.ThrowIfAny();

        scope.Trace?.SetInput(request.Turns.Select(turn => (turn.Role, TurnText.Of(turn))));
        scope.Trace?.Tag(GenAiAttribute.UserId, request.User);
        var call = generation.Prepare(request, alias, model);
        var head = new AnswerHead(ids.NewId("chatcmpl"), clock.GetUtcNow().ToUnixTimeSeconds(), alias.Name, call.Fingerprint);
        scope.Trace?.Tag(GenAiAttribute.ResponseId, head.Id);
        scope.Trace?.Submit(call, request.IsStreamed);
        await using var run = AnswerRun.Start(call, ids, "call", scope.Cancellation);
        if (request.IsStreamed)
        {
            await StreamAsync(context, scope, request, call, head, run);
        }
        else
        {
            await AnswerAsync(context, scope, call, head, run);
        }
    }

    private static async Task AnswerAsync(HttpContext context, RequestScope scope, GenerationCall call, AnswerHead head, AnswerRun run)
    {
        var answers = await run.CollectAsync(scope.Trace, scope.Cancellation);
        var completion = new ChatCompletion
        {
            Id = head.Id,
            Created = head.Created,
            Model = head.Model,
            SystemFingerprint = head.Fingerprint,
            Choices = [.. answers.Select((answer, index) => ToChoice(call, answer, index))],
            Usage = UsageSum.Of(call, answers.Select(answer => answer.Usage)),
        };
        await JsonAnswer.WriteAsync(context, completion, WireJson.Plain.ChatCompletion);
    }

    private static ChatCompletion.Choice ToChoice(GenerationCall call, ChatAnswer answer, int index) => new()
    {
        Index = index,
        Message = new ChatCompletion.Answer
        {
            Content = answer.Calls.Count > 0 && answer.Text.Length == 0 ? null : answer.Text.ToString(),
            ToolCalls = answer.Calls.Count == 0 ? null : [.. answer.Calls.Select(tool => new ChatToolCall
            {
                Id = tool.Id,
                Type = "function",
                Function = new ChatToolCall.Called { Name = tool.Name, Arguments = tool.Arguments },
            })],
        },
        Logprobs = call.Options.Logprobs is null ? null : ToWire(call, answer.Logprobs),
        FinishReason = FinishReasons.Name(answer.End),
    };

    private static ChatLogprobs ToWire(GenerationCall call, IEnumerable<Models.Generation.TokenLogprob> logprobs) =>
        new() { Content = [.. logprobs.Select(token => ChatLogprobWriter.ToWire(call.Model.Tokenizer, token))] };

    private async Task StreamAsync(HttpContext context, RequestScope scope, ChatRequest request, GenerationCall call, AnswerHead head, AnswerRun run)
    {
        var type = request.IncludesUsage ? WireJson.Plain.ChatChunk : WireJson.WithoutNullUsage.ChatChunk;
        using var output = new EventStream(context, clock, options.KeepAliveInterval);
        try
        {
            var usages = new Models.Generation.GenerationUsage?[call.ChoiceCount];
            await run.StreamAsync(
                output,
                scope,
                choice => output.Write(Chunk(head, choice, new ChatChunk.Delta { Role = "assistant", Content = "" }), type),
                (choice, part) =>
                {
                    usages[choice] = part.Usage ?? usages[choice];
                    WritePart(output, call, head, choice, part, type);
                });
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

    private static void WritePart(
        EventStream output,
        GenerationCall call,
        AnswerHead head,
        int choice,
        AnswerPart part,
        System.Text.Json.Serialization.Metadata.JsonTypeInfo<ChatChunk> type)
    {
        switch (part.Kind)
        {
            case AnswerPartKind.Text:
                output.Write(Chunk(head, choice, new ChatChunk.Delta { Content = part.Text }, part.Logprobs.Count == 0 ? null : ToWire(call, part.Logprobs)), type);
                break;
            case AnswerPartKind.CallBegin:
                Write(new ChatToolCall { Index = part.CallIndex, Id = part.CallId, Type = "function", Function = new ChatToolCall.Called { Name = part.Text, Arguments = "" } });
                break;
            case AnswerPartKind.CallArguments:
                Write(new ChatToolCall { Index = part.CallIndex, Function = new ChatToolCall.Called { Arguments = part.Text } });
                break;
            case AnswerPartKind.Finish:
                output.Write(Chunk(head, choice, new ChatChunk.Delta(), finishReason: FinishReasons.Name(part.End)), type);
                break;
            default:
                // A call's end has no event of its own, and what went out of a broken one cannot be taken back.
                break;
        }

        void Write(ChatToolCall gained) => output.Write(Chunk(head, choice, new ChatChunk.Delta { ToolCalls = [gained] }), type);
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
