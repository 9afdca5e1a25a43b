using static Gyre.Server.Parameters.ParameterSupport;

namespace Gyre.Server.Parameters;

/// <summary>The parameter table of a <c>chat</c> message over <c>/ws/chat</c>.</summary>
internal static class SocketParameters
{
    public static ParameterTable Table { get; } = new(
        "SocketChatMessage",
        "A conversation to answer over the socket.",
        [
            new("type", Supported, """{"type":"string","enum":["chat"]}""", "chat; the other message a client may send is {\"type\":\"stop\"}.", IsRequired: true),
            new("model", Supported, """{"type":["string","null"]}""", "The alias to use. Default: the default alias."),
            ChatParameters.Messages,
            new("max_completion_tokens", Supported, """{"type":["integer","null"],"minimum":1}""", "The most tokens to generate."),
            new("max_tokens", Supported, """{"type":["integer","null"],"minimum":1}""", "The older name of max_completion_tokens; set one of them."),
            new("user", Accepted, """{"type":["string","null"]}""", "Your name for the end user; kept in the trace."),
            .. SamplingParameters.Rows,
        ]);
}
