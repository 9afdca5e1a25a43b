using System.Text.Json.Nodes;

namespace Gyre.Models.Templates;

/// <summary>A Jinja chat template, parsed once and rendered per conversation. Immutable and safe for several threads.</summary>
public sealed class ChatTemplate
{
    private ChatTemplate(string source) => Source = source;

    /// <summary>The template's text.</summary>
    public string Source { get; }

    /// <summary>Parses a template.</summary>
    public static ChatTemplate Parse(string source) => new(source);

    /// <summary>Renders a conversation as the prompt that the model was trained on.</summary>
    /// <param name="turns">The conversation, oldest first.</param>
    /// <param name="addGenerationPrompt">Ends with the opening of the assistant's turn.</param>
    /// <param name="variables">Further variables: <c>bos_token</c>, <c>eos_token</c>, <c>tools</c> and the like.</param>
    public string Render(IReadOnlyList<ChatTurn> turns, bool addGenerationPrompt, JsonObject? variables = null) =>
        throw new ModelException("RUN0201", "Rendering a chat template is not built yet.");
}
