using static Gyre.Server.Parameters.ParameterSupport;

namespace Gyre.Server.Parameters;

/// <summary>The parameter tables of <c>/tokenize</c> and <c>/detokenize</c>.</summary>
internal static class TokenizeParameters
{
    public static ParameterTable Tokenize { get; } = new(
        "TokenizeRequest",
        "A text, or a conversation as the model's template writes it: one of 'prompt' and 'messages'.",
        [
            new("model", Extension, """{"type":["string","null"]}""", "The alias whose tokenizer is used. Default: the default alias."),
            new("prompt", Extension, """{"type":["string","null"]}""", "A text."),
            ChatParameters.Messages with { IsRequired = false, Support = Extension },
            .. ToolParameters.Chat.Where(row => row.Name == "tools").Select(row => row with { Support = Extension, Description = "With messages: functions that the template shows." }),
            new("add_special_tokens", Extension, """{"type":["boolean","null"]}""", "With prompt: adds the begin and end tokens that the vocabulary adds. Default true. Not with messages: there the template writes them."),
            new("parse_special", Extension, """{"type":["boolean","null"],"default":false}""", "With prompt: reads the text of special tokens as those tokens; otherwise, as in completions, it is plain text."),
            new("add_generation_prompt", Extension, """{"type":["boolean","null"],"default":true}""", "With messages: ends with the opening of the assistant's turn."),
            new("return_token_strs", Extension, """{"type":["boolean","null"],"default":false}""", "Reports the vocabulary's own spelling of every token."),
        ]);

    public static ParameterTable Detokenize { get; } = new(
        "DetokenizeRequest",
        "Token ids to turn into text.",
        [
            new("model", Extension, """{"type":["string","null"]}""", "The alias whose tokenizer is used. Default: the default alias."),
            new("tokens", Extension, """{"type":"array","items":{"type":"integer","minimum":0}}""", "The ids.", IsRequired: true),
            new("skip_special_tokens", Extension, """{"type":["boolean","null"],"default":false}""", "Leaves special tokens out; otherwise their text is shown."),
        ]);
}
