using System.Text.Json.Serialization.Metadata;
using Gyre.Contracts;
using Gyre.Models.Generation;
using Gyre.Models.Tools;
using Gyre.Observability;
using Gyre.Server.Generation;
using Gyre.Server.Hosting;
using Gyre.Server.Http;
using Gyre.Server.Parameters;
using Gyre.Server.Wire;

namespace Gyre.Server.Endpoints;

/// <summary>POST <c>/v1/completions</c>.</summary>
internal sealed class CompletionsEndpoint(
    GyreHostOptions options,
    GenerationService generation,
    RequestErrors errors,
    IIdSource ids,
    TimeProvider clock)
{
    public async Task HandleAsync(HttpContext context)
    {
        var scope = RequestScope.Of(context);
        scope.PromptParameter = "prompt";
        using var body = await RequestBody.ReadAsync(context, options.MaxRequestBytes);
        var faults = new RequestFaults();
        CompletionParameters.Table.Check(body.RootElement, faults);
        var (alias, model) = await generation.ResolveAsync(body.RootElement, faults, scope, isOptional: false);
        var request = CompletionRequest.Read(body.RootElement, faults, alias, model, options.MaxChoices);
        faults.ThrowIfAny();
        generation.CheckChoices(request.Prompts.Count * request.ChoicesPerPrompt);

        scope.Trace?.SetInput(request.Prompts.Select(prompt => ("user", prompt.Text)));
        scope.Trace?.Tag(GenAiAttribute.UserId, request.User);
        var call = new GenerationCall(alias, model, [.. request.Prompts.Select(prompt => prompt.Ids)], request.ChoicesPerPrompt, request.Options with { Constraint = GenerationService.Constrain(model, ToolUse.None, request.Format) }) { EndsAfterPrompt = request.IsScoring };
        var head = new AnswerHead(ids.NewId("cmpl"), clock.GetUtcNow().ToUnixTimeSeconds(), alias.Name, call.Fingerprint);
        scope.Trace?.Tag(GenAiAttribute.ResponseId, head.Id);
        scope.Trace?.Submit(call, request.IsStreamed);
        await using var choices = ChoiceStream.Start(call, scope.Cancellation);
        if (request.IsStreamed)
        {
            await StreamAsync(context, scope, request, call, head, choices);
        }
        else
        {
            await AnswerAsync(context, scope, request, call, head, choices);
        }
    }

    private static async Task AnswerAsync(
        HttpContext context,
        RequestScope scope,
        CompletionRequest request,
        GenerationCall call,
        AnswerHead head,
        ChoiceStream choices)
    {
        var answers = Enumerable.Range(0, call.ChoiceCount).Select(_ => new AnswerText()).ToArray();
        await foreach (var item in choices.Updates.ReadAllAsync(scope.Cancellation))
        {
            scope.Trace?.Observe(item);
            answers[item.Choice].Add(item.Update, listsEnd: true);
        }

        var completion = new Completion
        {
            Id = head.Id,
            Created = head.Created,
            Model = head.Model,
            SystemFingerprint = head.Fingerprint,
            Choices = [.. answers.Select((answer, index) => ToChoice(request, call, answer, index))],
            Usage = UsageSum.Of(call, answers.Select(answer => answer.Usage)),
        };
        await JsonAnswer.WriteAsync(context, completion, WireJson.Plain.Completion);
    }

    private static Completion.Choice ToChoice(CompletionRequest request, GenerationCall call, AnswerText answer, int index)
    {
        var echoed = request.Echoes ? request.Prompts[index / call.ChoicesPerPrompt].Text : "";
        var logprobs = request.Options.Logprobs is not { } top ? null : new CompletionLogprobWriter(call.Model.Tokenizer).Write(
            Echo(call, index, answer.PromptLogprobs).Concat(answer.Logprobs.Select(token => (token.Id, (TokenLogprob?)token))),
            hasAlternatives: top > 0);
        return new Completion.Choice
        {
            Text = echoed + answer.Text,
            Index = index,
            Logprobs = logprobs,
            FinishReason = FinishReasons.Name(answer.Finish ?? FinishReason.Length),
        };
    }

    /// <summary>The prompt's tokens with their log-probabilities; none when the engine was not asked for them.</summary>
    private static IEnumerable<(int Id, TokenLogprob? Logprob)> Echo(GenerationCall call, int choice, IReadOnlyList<TokenLogprob?> logprobs) =>
        logprobs.Count == 0 ? [] : call.PromptOf(choice).Zip(logprobs);

    private async Task StreamAsync(
        HttpContext context,
        RequestScope scope,
        CompletionRequest request,
        GenerationCall call,
        AnswerHead head,
        ChoiceStream choices)
    {
        var type = request.IncludesUsage ? WireJson.Plain.Completion : WireJson.WithoutNullUsage.Completion;
        using var output = new EventStream(context, clock, options.KeepAliveInterval);
        try
        {
            var writers = Enumerable.Range(0, call.ChoiceCount).Select(_ => new CompletionLogprobWriter(call.Model.Tokenizer)).ToArray();
            var hasBegun = new bool[call.ChoiceCount];
            var usages = new GenerationUsage?[call.ChoiceCount];
            while (await output.WaitAsync(choices.Updates, scope.Cancellation))
            {
                while (!output.IsFull && choices.Updates.TryRead(out var item))
                {
                    scope.Trace?.Observe(item);
                    if (!hasBegun[item.Choice] && request.Echoes)
                    {
                        WriteEcho(output, request, call, head, item, writers[item.Choice], type);
                    }

                    hasBegun[item.Choice] = true;
                    WriteUpdate(output, request, call, head, item, writers[item.Choice], type);
                    usages[item.Choice] = item.Update.Usage ?? usages[item.Choice];
                }

                await output.FlushAsync(scope.Cancellation);
            }

            if (request.IncludesUsage)
            {
                output.Write(Chunk(head, []) with { Usage = UsageSum.Of(call, usages) }, type);
            }

            output.WriteDone();
            await output.FlushAsync(scope.Cancellation);
        }
        catch (Exception error) when (output.IsOpen)
        {
            await errors.EndAsync(context, scope, output, error);
        }
    }

    private static void WriteEcho(
        EventStream output,
        CompletionRequest request,
        GenerationCall call,
        AnswerHead head,
        ChoiceUpdate item,
        CompletionLogprobWriter writer,
        JsonTypeInfo<Completion> type)
    {
        var logprobs = request.Options.Logprobs is { } top
            ? writer.Write(Echo(call, item.Choice, item.Update.PromptLogprobs), hasAlternatives: top > 0)
            : null;
        var text = request.Prompts[item.Choice / call.ChoicesPerPrompt].Text;
        output.Write(Chunk(head, [new Completion.Choice { Text = text, Index = item.Choice, Logprobs = logprobs }]), type);
    }

    private static void WriteUpdate(
        EventStream output,
        CompletionRequest request,
        GenerationCall call,
        AnswerHead head,
        ChoiceUpdate item,
        CompletionLogprobWriter writer,
        JsonTypeInfo<Completion> type)
    {
        var logprob = AnswerText.ShownLogprob(item.Update, listsEnd: true);
        if (item.Update.Text.Length > 0 || logprob is not null || item.Update.FinishReason is not null)
        {
            output.Write(
                Chunk(head, [new Completion.Choice
                {
                    Text = item.Update.Text,
                    Index = item.Choice,
                    Logprobs = logprob is null ? null : writer.Write([(logprob.Id, logprob)], hasAlternatives: request.Options.Logprobs > 0),
                    FinishReason = item.Update.FinishReason is { } finish ? FinishReasons.Name(finish) : null,
                }]),
                type);
        }
    }

    private static Completion Chunk(AnswerHead head, IReadOnlyList<Completion.Choice> choices) => new()
    {
        Id = head.Id,
        Created = head.Created,
        Model = head.Model,
        SystemFingerprint = head.Fingerprint,
        Choices = choices,
    };
}
