using System.ComponentModel;
using System.Text.Json.Serialization;
using Gyre.Server.Http;

namespace Gyre.Server.Wire;

/// <summary>One message of the server over the chat socket.</summary>
[Description("One message of the server over the chat socket.")]
internal sealed record SocketEvent
{
    [Description("start, delta, done or error.")]
    public required string Type { get; init; }

    [Description("start: the answer's id.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Id { get; init; }

    [Description("start: the request's id, under which its trace is kept.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? RequestId { get; init; }

    [Description("start: the alias that answers.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Model { get; init; }

    [Description("delta: new text.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Content { get; init; }

    [Description("done: stop, length, or cancelled after a stop message.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? FinishReason { get; init; }

    [Description("done: tokens used; absent when cancelled.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Usage? Usage { get; init; }

    [Description("done: where the time went; absent when cancelled.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Timings? Timings { get; init; }

    [Description("error: what went wrong.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ErrorBody.Detail? Error { get; init; }
}
