using System.Text;
using Gyre.Contracts;
using Gyre.Models.Generation;
using Gyre.Models.Tokenizers;
using Gyre.Server.Generation;
using Gyre.Server.Wire;

namespace Gyre.Server.Responses;

/// <summary>Builds a response out of an answer's pieces, and tells each step as an event to whoever listens.</summary>
/// <param name="asked">The response before it begins.</param>
/// <param name="call">What runs.</param>
/// <param name="ids">Gives the items' ids.</param>
/// <param name="tell">Takes the events; null when nobody listens.</param>
internal sealed class ResponseBuilder(ResponseAnswer asked, GenerationCall call, IIdSource ids, Action<ResponseEvent>? tell)
{
    private readonly List<ResponseItem> _output = [];
    private readonly StringBuilder _text = new();
    private readonly List<ChatLogprobs.Token> _logprobs = [];
    private ResponseItem? _open;
    private int _events;

    /// <summary>The response as it stands.</summary>
    public ResponseAnswer Response { get; private set; } = asked with { Status = "in_progress" };

    private ITokenizer Tokenizer => call.Model.Tokenizer;

    private bool HasLogprobs => call.Options.Logprobs is not null;

    public void Begin()
    {
        Tell("response.created", told => told with { Response = Response });
        Tell("response.in_progress", told => told with { Response = Response });
    }

    public void Add(AnswerPart part)
    {
        switch (part.Kind)
        {
            case AnswerPartKind.Text:
                AddText(part);
                break;
            case AnswerPartKind.CallBegin:
                Close("completed");
                Open(new ResponseItem { Type = "function_call", Id = ids.NewId("fc"), Status = "in_progress", CallId = part.CallId, Name = part.Text, Arguments = "" });
                break;
            case AnswerPartKind.CallArguments:
                _text.Append(part.Text);
                Tell("response.function_call_arguments.delta", told => told with { ItemId = _open?.Id, OutputIndex = _output.Count, Delta = part.Text });
                break;
            case AnswerPartKind.CallEnd:
                Close("completed");
                break;
            case AnswerPartKind.CallBroken:
                Close("incomplete");
                break;
            default:
                Finish(part);
                break;
        }
    }

    /// <summary>The last event: how the response ended.</summary>
    public void End() => Tell("response." + Response.Status, told => told with { Response = Response });

    /// <summary>The response failed; tells the error and the end.</summary>
    public void Fail(string code, string message, string? ownCode)
    {
        Response = Response with { Status = "failed", Error = new ResponseAnswer.Failure { Code = code, Message = message }, Output = [.. _output] };
        Tell("error", told => told with { Code = ownCode ?? code, Message = message });
        End();
    }

    /// <summary>The response was stopped before its end.</summary>
    public void Cancel() => Response = Response with { Status = "cancelled", Output = [.. _output] };

    private void AddText(AnswerPart part)
    {
        var logprobs = HasLogprobs ? part.Logprobs.Select(token => ChatLogprobWriter.ToWire(Tokenizer, token)).ToList() : [];
        if (part.Text.Length == 0 && logprobs.Count == 0)
        {
            return;
        }

        if (_open is null)
        {
            Open(new ResponseItem { Type = "message", Id = ids.NewId("msg"), Status = "in_progress", Role = "assistant", Content = [] });
            Tell("response.content_part.added", told => told with { ItemId = _open?.Id, OutputIndex = _output.Count, ContentIndex = 0, Part = Part("", []) });
        }

        _text.Append(part.Text);
        _logprobs.AddRange(logprobs);
        Tell("response.output_text.delta", told => told with { ItemId = _open?.Id, OutputIndex = _output.Count, ContentIndex = 0, Delta = part.Text, Logprobs = logprobs });
    }

    private void Open(ResponseItem item)
    {
        _open = item;
        _text.Clear();
        _logprobs.Clear();
        Tell("response.output_item.added", told => told with { OutputIndex = _output.Count, Item = item });
    }

    private void Close(string status)
    {
        if (_open is not { } open)
        {
            return;
        }

        var at = _output.Count;
        ResponseItem done;
        if (open.Type == "message")
        {
            var part = Part(_text.ToString(), [.. _logprobs]);
            Tell("response.output_text.done", told => told with { ItemId = open.Id, OutputIndex = at, ContentIndex = 0, Text = part.Text, Logprobs = [.. _logprobs] });
            Tell("response.content_part.done", told => told with { ItemId = open.Id, OutputIndex = at, ContentIndex = 0, Part = part });
            done = open with { Status = status, Content = [part] };
        }
        else
        {
            done = open with { Status = status, Arguments = _text.ToString() };
            Tell("response.function_call_arguments.done", told => told with { ItemId = open.Id, OutputIndex = at, Name = open.Name, Arguments = done.Arguments });
        }

        Tell("response.output_item.done", told => told with { OutputIndex = at, Item = done });
        _output.Add(done);
        _open = null;
        _text.Clear();
        _logprobs.Clear();
    }

    private void Finish(AnswerPart part)
    {
        var isCut = part.End == AnswerEnd.Length;
        if (_open is null && _output.Count == 0)
        {
            // An answer of no tokens is a message all the same.
            Open(new ResponseItem { Type = "message", Id = ids.NewId("msg"), Status = "in_progress", Role = "assistant", Content = [] });
            Tell("response.content_part.added", told => told with { ItemId = _open?.Id, OutputIndex = 0, ContentIndex = 0, Part = Part("", []) });
        }

        Close(isCut ? "incomplete" : "completed");
        Response = Response with
        {
            Status = isCut ? "incomplete" : "completed",
            IncompleteDetails = isCut ? new ResponseAnswer.Incomplete { Reason = "max_output_tokens" } : null,
            Output = [.. _output],
            Usage = UsageOf(part.Usage),
        };
    }

    private ResponseUsage UsageOf(GenerationUsage? usage)
    {
        var (input, output) = (call.Prompts[0].Count, usage?.CompletionTokens ?? 0);
        return new ResponseUsage
        {
            InputTokens = input,
            InputTokensDetails = new ResponseUsage.InputDetails { CachedTokens = usage?.CachedTokens ?? 0 },
            OutputTokens = output,
            OutputTokensDetails = new ResponseUsage.OutputDetails { ReasoningTokens = 0 },
            TotalTokens = input + output,
        };
    }

    private ResponsePart Part(string text, IReadOnlyList<ChatLogprobs.Token> logprobs) =>
        new() { Type = "output_text", Text = text, Annotations = [], Logprobs = logprobs };

    private void Tell(string type, Func<ResponseEvent, ResponseEvent> fill) =>
        tell?.Invoke(fill(new ResponseEvent { Type = type, SequenceNumber = _events++ }));
}
