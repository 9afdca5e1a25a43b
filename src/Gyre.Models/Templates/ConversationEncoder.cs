using System.Text.Json.Nodes;
using Gyre.Models.Tokenizers;
using Gyre.Models.Tools;

namespace Gyre.Models.Templates;

/// <summary>Turns conversations into the token ids that a model was trained on: its template rendered, its vocabulary applied.</summary>
/// <remarks>
/// Special tokens are read in the template's own text and in system messages; in all other messages, in calls, results and the
/// descriptions of tools they are plain text, so that nobody forges a role. Immutable and safe for several threads.
/// </remarks>
public sealed class ConversationEncoder
{
    /// <summary>What a base model sees of a conversation: the texts, one after the other.</summary>
    private static readonly ChatTemplate PlainTemplate =
        ChatTemplate.Parse("{% for message in messages %}{{ message['content'] }}{% if not loop.last %}{{ '\n' }}{% endif %}{% endfor %}");

    private readonly ITokenizer _tokenizer;
    private readonly Lazy<int> _suffixLength;
    private readonly Lazy<LiteralText> _literal;
    private readonly Lazy<ToolFormat> _tools;

    /// <summary>Joins a vocabulary and a template.</summary>
    /// <param name="tokenizer">The model's vocabulary.</param>
    /// <param name="template">The model's template; null for a base model without one.</param>
    public ConversationEncoder(ITokenizer tokenizer, ChatTemplate? template)
    {
        ArgumentNullException.ThrowIfNull(tokenizer);
        (_tokenizer, Template) = (tokenizer, template);
        _tools = new Lazy<ToolFormat>(() => ToolFormat.Detect(template));
        _literal = new Lazy<LiteralText>(() => new LiteralText(tokenizer));
        _suffixLength = new Lazy<int>(() => SuffixLength(tokenizer));
    }

    /// <summary>The template; null when the model has none.</summary>
    public ChatTemplate? Template { get; }

    /// <summary>The template, or for a base model without one the plain joining of the messages' texts.</summary>
    public ChatTemplate EffectiveTemplate => Template ?? PlainTemplate;

    /// <summary>How the model is told of tools and writes its calls.</summary>
    public ToolFormat ToolFormat => _tools.Value;

    /// <summary>Renders a conversation; in messages of others than the system, the literal text of special tokens is kept from being read as such.</summary>
    /// <param name="turns">The conversation, oldest first.</param>
    /// <param name="tools">The functions that the answer may call; null for none.</param>
    /// <param name="addGenerationPrompt">Ends with the opening of the assistant's turn.</param>
    /// <remarks>Errors: as <see cref="ChatTemplate.Render"/>.</remarks>
    public string Render(IReadOnlyList<ChatTurn> turns, IReadOnlyList<ToolDefinition>? tools, bool addGenerationPrompt)
    {
        ArgumentNullException.ThrowIfNull(turns);
        var (shown, offered) = ToolFormat.Prepare(turns, tools ?? []);
        if (Template is not null)
        {
            shown = [.. shown.Select(turn => turn.Role == "system" ? turn : turn with { Content = _literal.Value.Protect(turn.Content), Extra = (JsonObject?)Protect(turn.Extra) })];
        }

        return EffectiveTemplate.Render(shown, addGenerationPrompt, TemplateVariables(offered));
    }

    /// <summary>Renders and encodes a conversation. The begin token is added unless the template wrote it.</summary>
    /// <inheritdoc cref="Render"/>
    public IReadOnlyList<int> Encode(IReadOnlyList<ChatTurn> turns, IReadOnlyList<ToolDefinition>? tools, bool addGenerationPrompt) =>
        EncodeText(Render(turns, tools, addGenerationPrompt), parseSpecialTokens: Template is not null);

    /// <summary>Encodes a text as a prompt: with the vocabulary's own begin token, once, and without an end token.</summary>
    /// <param name="text">The text.</param>
    /// <param name="parseSpecialTokens">Reads the literal text of special tokens as those tokens.</param>
    public IReadOnlyList<int> EncodeText(string text, bool parseSpecialTokens)
    {
        var ids = new List<int>();
        _tokenizer.Encode(text, addSpecialTokens: true, parseSpecialTokens, ids);

        // What a vocabulary puts behind a text ends it, and an answer shall follow.
        ids.RemoveRange(ids.Count - _suffixLength.Value, _suffixLength.Value);
        if (ids.Count > 1 && _tokenizer.BeginId is { } begin && ids[0] == begin && ids[1] == begin)
        {
            ids.RemoveAt(0);
        }

        return ids;
    }

    /// <summary>How many tokens the vocabulary puts behind a text.</summary>
    private static int SuffixLength(ITokenizer tokenizer)
    {
        var (whole, plain) = (new List<int>(), new List<int>());
        tokenizer.Encode("a", addSpecialTokens: true, parseSpecialTokens: false, whole);
        tokenizer.Encode("a", addSpecialTokens: false, parseSpecialTokens: false, plain);
        var prefix = 0;
        while (prefix < whole.Count - plain.Count && !whole.Skip(prefix).Take(plain.Count).SequenceEqual(plain))
        {
            prefix++;
        }

        return whole.Count - plain.Count - prefix;
    }

    /// <summary>A copy in which no text is read as a special token.</summary>
    private JsonNode? Protect(JsonNode? node) => node switch
    {
        JsonObject fields => new JsonObject(fields.Select(field => KeyValuePair.Create(_literal.Value.Protect(field.Key), Protect(field.Value)))),
        JsonArray items => new JsonArray([.. items.Select(Protect)]),
        JsonValue value when value.TryGetValue<string>(out var text) => JsonValue.Create(_literal.Value.Protect(text)),
        _ => node?.DeepClone(),
    };

    private JsonObject TemplateVariables(JsonArray? tools)
    {
        var variables = new JsonObject
        {
            ["bos_token"] = _tokenizer.BeginId is { } begin ? _tokenizer.GetToken(begin) : "",
            ["eos_token"] = _tokenizer.EndIds.Count > 0 ? _tokenizer.GetToken(_tokenizer.EndIds[0]) : "",
        };
        if (tools is not null)
        {
            variables["tools"] = Protect(tools);
        }

        return variables;
    }
}
