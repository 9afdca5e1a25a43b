using System.Text.Json;
using Gyre.Contracts;
using Gyre.Models.Generation;
using Gyre.Observability;
using Gyre.Server.Generation;
using Gyre.Server.Hosting;
using Gyre.Server.Http;
using Gyre.Server.Parameters;
using Gyre.Server.Wire;

namespace Gyre.Server.Endpoints;

/// <summary>POST <c>/v1/messages</c> and <c>/v1/messages/count_tokens</c>.</summary>
internal sealed class MessagesEndpoint(
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
        MessagesParameters.Table.Check(body.RootElement, faults);
        var (alias, model) = await generation.ResolveAsync(body.RootElement, faults, scope, isOptional: false);
        var request = MessagesRequest.Read(body.RootElement, faults, alias, model, options.MaxMessages, isCounting: false);
        faults.ThrowIfAny();

        scope.Trace?.SetInput(request.Turns.Select(turn => (turn.Role, TurnText.Of(turn))));
        scope.Trace?.Tag(GenAiAttribute.UserId, request.User);
        var call = generation.Prepare(request, alias, model);
        var id = ids.NewId("msg");
        scope.Trace?.Tag(GenAiAttribute.ResponseId, id);
        scope.Trace?.Submit(call, request.IsStreamed);
        await using var run = AnswerRun.Start(call, ids, "toolu", scope.Cancellation);
        if (request.IsStreamed)
        {
            await StreamAsync(context, scope, call, id, run);
        }
        else
        {
            var answer = (await run.CollectAsync(scope.Trace, scope.Cancellation))[0];
            await JsonAnswer.WriteAsync(context, ToWire(call, id, answer), WireJson.Plain.MessageAnswer);
        }
    }

    public async Task CountAsync(HttpContext context)
    {
        var scope = RequestScope.Of(context);
        using var body = await RequestBody.ReadAsync(context, options.MaxRequestBytes);
        var faults = new RequestFaults();
        MessagesParameters.CountTable.Check(body.RootElement, faults);
        var (alias, model) = await generation.ResolveAsync(body.RootElement, faults, scope, isOptional: false);
        var request = MessagesRequest.Read(body.RootElement, faults, alias, model, options.MaxMessages, isCounting: true);
        faults.ThrowIfAny();
        await JsonAnswer.WriteAsync(
            context,
            new TokenCount { InputTokens = GenerationService.Render(model, request.Turns, request.Tools).Count },
            WireJson.Plain.TokenCount);
    }

    private static MessageAnswer ToWire(GenerationCall call, string id, ChatAnswer answer)
    {
        var content = new List<MessageBlock>();
        if (answer.Text.Length > 0)
        {
            content.Add(new MessageBlock { Type = "text", Text = answer.Text.ToString() });
        }

        foreach (var tool in answer.Calls)
        {
            using var arguments = JsonDocument.Parse(tool.Arguments);
            content.Add(new MessageBlock { Type = "tool_use", Id = tool.Id, Name = tool.Name, Input = arguments.RootElement.Clone() });
        }

        return new MessageAnswer
        {
            Id = id,
            Model = call.Alias.Name,
            Content = content,
            StopReason = Name(answer.End),
            StopSequence = answer.StopText,
            Usage = Usage(call, answer.Usage),
        };
    }

    private static string Name(AnswerEnd end) => end switch
    {
        AnswerEnd.Length => "max_tokens",
        AnswerEnd.ToolCalls => "tool_use",
        AnswerEnd.StopText => "stop_sequence",
        _ => "end_turn",
    };

    private static MessageUsage Usage(GenerationCall call, GenerationUsage? usage) => new()
    {
        InputTokens = call.Prompts[0].Count - (usage?.CachedTokens ?? 0),
        OutputTokens = usage?.CompletionTokens ?? 0,
        CacheReadInputTokens = usage?.CachedTokens ?? 0,
    };

    private async Task StreamAsync(HttpContext context, RequestScope scope, GenerationCall call, string id, AnswerRun run)
    {
        using var output = new EventStream(context, clock, options.KeepAliveInterval);
        try
        {
            var writer = new MessageEventWriter(output);
            await run.StreamAsync(
                output,
                scope,
                _ => writer.Begin(new MessageAnswer { Id = id, Model = call.Alias.Name, Content = [], StopReason = null, StopSequence = null, Usage = Usage(call, null) }),
                (_, part) =>
                {
                    if (part.Kind == AnswerPartKind.Finish)
                    {
                        writer.End(new MessageEndEvent { Delta = new MessageEndEvent.Ended { StopReason = Name(part.End), StopSequence = part.StopText }, Usage = Usage(call, part.Usage) });
                    }
                    else
                    {
                        writer.Write(part);
                    }
                });
            await output.FlushAsync(scope.Cancellation);
        }
        catch (Exception error) when (output.IsOpen)
        {
            await errors.EndAsync(context, scope, output, error);
        }
    }
}
