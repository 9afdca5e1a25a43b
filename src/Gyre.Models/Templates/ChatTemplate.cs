using System.Text.Json.Nodes;
using Gyre.Models.Templates.Jinja;

namespace Gyre.Models.Templates;

/// <summary>A Jinja chat template, parsed once and rendered per conversation. Immutable and safe for several threads.</summary>
/// <remarks>
/// Renders as Hugging Face does: jinja2 with <c>trim_blocks</c> and <c>lstrip_blocks</c>, <c>tojson</c> without HTML escapes,
/// <c>raise_exception</c>, <c>strftime_now</c>, loop controls and <c>generation</c> blocks. A template reaches the given values
/// and nothing else, and cannot change them; size, steps, depth and time are limited.
/// <para>Source: the behaviour of jinja2 3.1 in a sandboxed, immutable environment.</para>
/// </remarks>
public sealed class ChatTemplate
{
    /// <summary>The longest template, in UTF-16 units.</summary>
    public const int MaxLength = 1 << 20;

    private static readonly string[] OptionalNames = ["tools", "documents"];

    private readonly IReadOnlyList<Statement> _statements;
    private readonly TemplateLimits _limits;
    private readonly TimeProvider _clock;

    private ChatTemplate(string source, IReadOnlyList<Statement> statements, TemplateLimits limits, TimeProvider clock)
    {
        Source = source;
        _statements = statements;
        _limits = limits;
        _clock = clock;
    }

    /// <summary>The template's text.</summary>
    public string Source { get; }

    /// <summary>Parses a template.</summary>
    /// <param name="source">The template's text, at most <see cref="MaxLength"/>.</param>
    /// <param name="clock">What <c>strftime_now</c> reads; null for the system's clock.</param>
    /// <param name="limits">What a rendering may use; null for the defaults.</param>
    /// <exception cref="ModelException">RUN0200 not a template (with line and column), RUN0204 a part of the language that is not supported.</exception>
    public static ChatTemplate Parse(string source, TimeProvider? clock = null, TemplateLimits? limits = null)
    {
        ArgumentNullException.ThrowIfNull(source);
        if (source.Length > MaxLength)
        {
            throw TemplateErrors.Syntax(new Position(1, 1), $"{source.Length:N0} characters", $"at most {MaxLength:N0}");
        }

        try
        {
            return new ChatTemplate(source, Parser.Parse(source), limits ?? new TemplateLimits(), clock ?? TimeProvider.System);
        }
        catch (InsufficientExecutionStackException)
        {
            throw TemplateErrors.Syntax(new Position(1, 1), "nesting deeper than the stack of this thread", "less nesting");
        }
    }

    /// <summary>Renders a conversation as the prompt that the model was trained on.</summary>
    /// <param name="turns">The conversation, oldest first.</param>
    /// <param name="addGenerationPrompt">Ends with the opening of the assistant's turn.</param>
    /// <param name="variables">
    /// Further variables: <c>bos_token</c>, <c>eos_token</c>, <c>tools</c> and the like. Where absent, <c>tools</c> and <c>documents</c>
    /// are none, as Hugging Face has it, or, for a template that cannot render with that, undefined.
    /// </param>
    /// <exception cref="ModelException">
    /// RUN0201 the template does not fit the values, RUN0202 the template refuses the conversation (<c>raise_exception</c>),
    /// RUN0203 a limit was reached, RUN0204 a part of the language that is not supported.
    /// </exception>
    public string Render(IReadOnlyList<ChatTurn> turns, bool addGenerationPrompt, JsonObject? variables = null)
    {
        ArgumentNullException.ThrowIfNull(turns);
        var budget = new RenderBudget(_limits, _clock);
        try
        {
            var values = new Dictionary<string, object?>(StringComparer.Ordinal);
            foreach (var (name, node) in variables ?? [])
            {
                values[name] = Json.Read(node, budget);
            }

            values["messages"] = new ListValue([.. turns.Select(turn => MessageOf(turn, budget))]);
            values["add_generation_prompt"] = addGenerationPrompt;
            return RenderWith(values, budget);
        }
        catch (InsufficientExecutionStackException)
        {
            throw TemplateErrors.LimitReached(budget.Position, "nesting deeper than the stack of this thread");
        }
    }

    private string RenderWith(Dictionary<string, object?> values, RenderBudget budget)
    {
        string[] absent = [.. OptionalNames.Where(name => !values.ContainsKey(name))];
        foreach (var name in absent)
        {
            values[name] = null;
        }

        try
        {
            return new Renderer(budget, _clock).Render(_statements, values);
        }
        catch (ModelException exception) when (exception.Code == "RUN0201" && absent.Length > 0)
        {
            // Some templates loop over tools without asking whether there are any: for them, what is absent is undefined.
            // Both attempts together stay within the limits.
            foreach (var name in absent)
            {
                values.Remove(name);
            }

            return new Renderer(budget, _clock).Render(_statements, values);
        }
    }

    private static DictionaryValue MessageOf(ChatTurn turn, RenderBudget budget)
    {
        var message = new DictionaryValue(budget).Set("role", turn.Role).Set("content", turn.Content);
        foreach (var (name, node) in turn.Extra ?? [])
        {
            message.Set(name, Json.Read(node, budget));
        }

        return message;
    }
}
