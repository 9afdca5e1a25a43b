using System.Runtime.CompilerServices;
using System.Text.Json;
using Gyre.Models.Constraints.Grammars;
using Gyre.Models.Constraints.JsonSchemas;
using Gyre.Models.Constraints.Matching;
using Gyre.Models.Constraints.Regexes;

namespace Gyre.Models.Constraints;

/// <summary>What a generated text must look like: a JSON schema, a regular expression, a grammar, or these put together.</summary>
/// <remarks>
/// Immutable; one constraint serves any number of generations at once, on any model, and they share what it learns about a
/// vocabulary. Every text written under it satisfies it; which of several spellings of a value can be written is said in
/// docs/design/models-constraints.md.
/// <para>Errors: every factory refuses, with a <see cref="ModelException"/>, what is malformed or unsupported (RUN0701 schemas,
/// RUN0704 expressions, RUN0705 grammars), what no text satisfies (RUN0702) and what is too large (RUN0703).</para>
/// <para>Cost: compiling is bounded by counted steps (less than a second at most, usually milliseconds) and by the number of states.</para>
/// </remarks>
public sealed class Constraint
{
    private readonly GrammarNode _node;
    private readonly PushdownMachine _machine;
    private readonly ConditionalWeakTable<ConstraintVocabulary, VocabularyMasks> _masks = [];

    private Constraint(GrammarNode node, CompileBudget budget, string? contradiction = null)
    {
        _node = node;
        var root = node is RuleNode { Rule: var rule } ? rule : new GrammarRule("root") { Body = node };
        _machine = new PushdownMachine(GrammarAutomaton.Compile(root, budget, contradiction));
        CompileSteps = budget.Spent;
    }

    /// <summary>Any JSON object.</summary>
    public static Constraint AnyJsonObject(ConstraintOptions? options = null) => FromJsonSchema("""{"type":"object"}""", options);

    /// <summary>JSON texts that satisfy a schema (draft 2020-12, and draft 7 where it is spelled differently).</summary>
    /// <param name="schema">The schema's text.</param>
    /// <param name="options">How JSON is written; null for the defaults.</param>
    public static Constraint FromJsonSchema(string schema, ConstraintOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(schema);
        var budget = new CompileBudget("JSON schema");
        var (root, contradiction) = SchemaCompiler.Compile(schema, options ?? new ConstraintOptions(), budget);
        return new Constraint(new RuleNode(root), budget, contradiction);
    }

    /// <summary>JSON texts that satisfy a schema.</summary>
    /// <param name="schema">The schema.</param>
    /// <param name="options">How JSON is written; null for the defaults.</param>
    public static Constraint FromJsonSchema(JsonElement schema, ConstraintOptions? options = null) => FromJsonSchema(schema.GetRawText(), options);

    /// <summary>Texts that a regular expression (ECMA-262 without look-around and back-references) matches from end to end.</summary>
    public static Constraint FromRegex(string pattern)
    {
        ArgumentNullException.ThrowIfNull(pattern);
        var budget = new CompileBudget("Regular expression");
        var node = RegexParser.Parse(pattern, "the expression");
        return new Constraint(new AutomatonNode(CodePointAutomaton.Of(node, isSearch: false, budget), IsJson: false), budget, "the expression matches nothing");
    }

    /// <summary>Texts of a context-free grammar in GBNF, from its rule <c>root</c>.</summary>
    public static Constraint FromGrammar(string grammar)
    {
        ArgumentNullException.ThrowIfNull(grammar);
        return new Constraint(new RuleNode(GbnfParser.Parse(grammar)), new CompileBudget("Grammar"));
    }

    /// <summary>Exactly one text.</summary>
    public static Constraint Literal(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Combine(GrammarNode.Text(text));
    }

    /// <summary>One special token, by its name; only a vocabulary that has it as a special token can write it, and it adds no text.</summary>
    /// <param name="token">The token's name, as <c>[TOOL_CALLS]</c>.</param>
    public static Constraint SpecialToken(string token)
    {
        ArgumentException.ThrowIfNullOrEmpty(token);
        return Combine(new BytesNode(SpecialTokenText.Spell(token)));
    }

    /// <summary>Any text that is whole characters.</summary>
    public static Constraint AnyText() => Combine(new CharacterNode(CodePointSet.All).Repeat(0, null));

    /// <summary>One after the other.</summary>
    public static Constraint Sequence(params IReadOnlyList<Constraint> parts)
    {
        ArgumentNullException.ThrowIfNull(parts);
        return Combine(new SequenceNode([.. parts.Select(part => part._node)]));
    }

    /// <summary>One of several.</summary>
    public static Constraint Choice(params IReadOnlyList<Constraint> branches)
    {
        ArgumentNullException.ThrowIfNull(branches);
        ArgumentOutOfRangeException.ThrowIfZero(branches.Count);
        return Combine(new ChoiceNode([.. branches.Select(branch => branch._node)]));
    }

    /// <summary>One several times; no maximum for null.</summary>
    public static Constraint Repeat(Constraint part, int minimum, int? maximum = null)
    {
        ArgumentNullException.ThrowIfNull(part);
        ArgumentOutOfRangeException.ThrowIfNegative(minimum);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(minimum, maximum ?? RegexParser.MaxCount, nameof(minimum));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(maximum ?? 0, RegexParser.MaxCount, nameof(maximum));
        return Combine(part._node.Repeat(minimum, maximum));
    }

    /// <summary>Free text in which each trigger begins a structure: a model may talk, and is bound once it opens a tool call.</summary>
    /// <param name="triggers">Each trigger's text and what must follow it. The first trigger to occur counts.</param>
    /// <param name="mustTrigger">True when the text may not end before a trigger has occurred.</param>
    /// <param name="repeats">True when free text and further triggers may follow a structure; false ends the text there.</param>
    /// <param name="triggersAreTokens">True when special tokens of the triggers' names are triggers, too, where a vocabulary has them.</param>
    public static Constraint FreeTextUntil(
        IReadOnlyList<(string Trigger, Constraint Then)> triggers, bool mustTrigger = false, bool repeats = false, bool triggersAreTokens = false)
    {
        ArgumentNullException.ThrowIfNull(triggers);
        ArgumentOutOfRangeException.ThrowIfZero(triggers.Count);
        if (triggers.Any(trigger => string.IsNullOrEmpty(trigger.Trigger)))
        {
            throw new ArgumentException("Free text until a trigger: a trigger is empty; expected one character or more.", nameof(triggers));
        }

        var shared = triggers.Select(trigger => (trigger.Trigger, (GrammarNode)new RuleNode(new GrammarRule("triggered") { Body = trigger.Then._node })));
        return Combine(new TriggerNode([.. shared], !mustTrigger, repeats, triggersAreTokens));
    }

    /// <summary>Begins a text.</summary>
    /// <param name="vocabulary">The tokens of the model that writes it.</param>
    /// <param name="isFirstText">
    /// True when nothing but special tokens stands before the text: SentencePiece vocabularies then drop its leading space.
    /// </param>
    public ConstraintState Start(ConstraintVocabulary vocabulary, bool isFirstText = false)
    {
        ArgumentNullException.ThrowIfNull(vocabulary);
        var masks = _masks.GetValue(vocabulary, known => new VocabularyMasks(_machine, known));
        return new ConstraintState(_machine, vocabulary, masks, isFirstText);
    }

    /// <summary>True when a whole text satisfies the constraint in its normal form.</summary>
    /// <param name="utf8">The text, in UTF-8.</param>
    public bool IsSatisfiedBy(ReadOnlySpan<byte> utf8) => Read(utf8).IsComplete;

    /// <summary>True when some text that satisfies the constraint begins so.</summary>
    /// <param name="utf8">The beginning, in UTF-8; it may end inside a character.</param>
    public bool CanBegin(ReadOnlySpan<byte> utf8) => !Read(utf8).IsDead;

    /// <summary>Steps that compiling took; for tests and benchmarks.</summary>
    internal long CompileSteps { get; }

    /// <summary>The machine; for tests and benchmarks.</summary>
    internal PushdownMachine Machine => _machine;

    private static Constraint Combine(GrammarNode node) => new(node, new CompileBudget("Constraint"));

    private Configuration Read(ReadOnlySpan<byte> utf8)
    {
        var configuration = _machine.Start;
        foreach (var value in utf8)
        {
            configuration = _machine.Step(configuration, value);
        }

        return configuration;
    }
}
