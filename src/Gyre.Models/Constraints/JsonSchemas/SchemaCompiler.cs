using System.Text.Json;
using Gyre.Models.Constraints.Grammars;
using Gyre.Models.Constraints.Regexes;

namespace Gyre.Models.Constraints.JsonSchemas;

/// <summary>Writes a JSON schema as a grammar of the texts that satisfy it, in their normal form.</summary>
internal sealed class SchemaCompiler
{
    /// <summary>Rules of one schema: combinations of its parts that a value must satisfy together.</summary>
    private const int MaxRules = 5_000;

    /// <summary>The largest number of values that a schema may list.</summary>
    private const int MaxListed = 20_000;

    private readonly SchemaDocument _document;
    private readonly ConstraintOptions _options;
    private readonly CompileBudget _budget;
    private readonly AutomatonMemo _memo;
    private readonly SchemaEvaluator _evaluator;
    private readonly DisjointBranches _disjoint;
    private readonly JsonTexts _texts;
    private readonly Dictionary<string, GrammarRule> _rules = new(StringComparer.Ordinal);
    private readonly Queue<(Conjunction All, GrammarRule Rule)> _pending = [];

    private SchemaCompiler(SchemaDocument document, ConstraintOptions options, CompileBudget budget)
    {
        _document = document;
        _options = options;
        _budget = budget;
        _memo = new AutomatonMemo(budget);
        _evaluator = new SchemaEvaluator(document, _memo, budget);
        _disjoint = new DisjointBranches(document, _memo, _evaluator, budget);
        _texts = new JsonTexts(options.Whitespace);
    }

    /// <summary>The first contradiction that was met, for the message when nothing is left.</summary>
    private string? Contradiction { get; set; }

    /// <summary>Compiles a schema. Errors: RUN0701 to RUN0704.</summary>
    public static (GrammarRule Root, string? Contradiction) Compile(string schema, ConstraintOptions options, CompileBudget budget)
    {
        var document = SchemaDocument.Parse(schema);
        var compiler = new SchemaCompiler(document, options, budget);
        var root = compiler.RuleFor(Conjunction.Of(document, [document.Root], budget));
        while (compiler._pending.TryDequeue(out var next))
        {
            next.Rule.Body = compiler.Body(next.All);
        }

        return (root, compiler.Contradiction);
    }

    private GrammarNode NodeFor(IEnumerable<SchemaNode> schemas) => new RuleNode(RuleFor(Conjunction.Of(_document, schemas, _budget)));

    private GrammarRule RuleFor(Conjunction all)
    {
        var key = all.Key;
        _budget.Spend(1 + key.Length);
        if (!_rules.TryGetValue(key, out var rule))
        {
            if (_rules.Count >= MaxRules)
            {
                throw ConstraintErrors.TooLarge("JSON schema", $"its parts combine in more than {MaxRules:N0} ways", "fewer alternatives beside each other");
            }

            rule = new GrammarRule(all.Nodes.Count == 0 ? "value" : ConstraintErrors.Place(all.Nodes[0].Pointer));
            _rules.Add(key, rule);
            _pending.Enqueue((all, rule));
        }

        return rule;
    }

    private GrammarNode Body(Conjunction all)
    {
        if (all.NeverAt is { } pointer)
        {
            return Never($"the schema at {ConstraintErrors.Place(pointer)} is false");
        }

        foreach (var node in all.Nodes)
        {
            if (SchemaEvaluator.ListedBy(node) is { } listed)
            {
                return Listed(listed, node, all);
            }
        }

        if (all.OpenChoice() is { } choice)
        {
            return Choice(choice.Node, choice.Keyword, all);
        }

        var types = all.Nodes.Aggregate(JsonTypes.All, (types, node) => types & SchemaKeywords.Types(node));
        var branches = new List<GrammarNode>();
        AddIf(JsonTypes.Object, () => ObjectText(all));
        AddIf(JsonTypes.Array, () => ArrayText(all));
        AddIf(JsonTypes.String, () => StringText(all));
        AddIf(JsonTypes.Integer, () => NumberText(all, isInteger: (types & JsonTypes.Fraction) == JsonTypes.None));
        AddIf(JsonTypes.Boolean, () => GrammarNode.Choice(GrammarNode.Text("true"), GrammarNode.Text("false")));
        AddIf(JsonTypes.Null, () => GrammarNode.Text("null"));
        return branches.Count switch
        {
            0 => Never($"its types exclude each other at {ConstraintErrors.Place(all.Nodes[0].Pointer)}"),
            1 => branches[0],
            _ => new ChoiceNode(branches),
        };

        void AddIf(JsonTypes type, Func<GrammarNode> write)
        {
            if ((types & type) != JsonTypes.None)
            {
                branches.Add(write());
            }
        }
    }

    private GrammarNode Listed(List<JsonElement> listed, SchemaNode node, Conjunction all)
    {
        if (listed.Count > MaxListed)
        {
            throw ConstraintErrors.TooLarge("JSON schema", $"{listed.Count:N0} values are listed at {ConstraintErrors.Place(node.Pointer)}", $"at most {MaxListed:N0}");
        }

        var isAlone = all.Nodes.Count == 1 && SchemaKeywords.Types(node) == JsonTypes.All && node.Element.GetPropertyCount() == 1;
        var valid = listed.Where(value => isAlone || _evaluator.IsValid(value, all)).Select(_texts.Value).ToList();
        return valid.Count == 0
            ? Never($"none of the values listed at {ConstraintErrors.Place(node.Pointer)} satisfies the rest")
            : new ChoiceNode(valid);
    }

    private GrammarNode Choice(SchemaNode node, string keyword, Conjunction all)
    {
        var branches = SchemaKeywords.Elements(node, keyword);
        if (keyword == "oneOf")
        {
            _disjoint.Require(branches, all, node, keyword);
        }

        return new ChoiceNode([.. branches.Select(branch => new RuleNode(RuleFor(all.With(_document, branch, node, keyword, _budget))))]);
    }

    private GrammarNode StringText(Conjunction all)
    {
        var facts = new StringFacts(all.Nodes, _memo);
        if (facts.MinLength > (facts.MaxLength ?? int.MaxValue))
        {
            return Never($"minLength is above maxLength at {ConstraintErrors.Place(all.Nodes[0].Pointer)}");
        }

        if (facts.IsFree)
        {
            return facts.MinLength == 0 && facts.MaxLength is null
                ? _texts.String
                : JsonTexts.Quoted(_texts.Character.Repeat(facts.MinLength, facts.MaxLength));
        }

        var automaton = facts.Automaton(_budget);
        return automaton.IsEmpty
            ? Never($"no string has the pattern, format and length at {ConstraintErrors.Place(all.Nodes[0].Pointer)}")
            : JsonTexts.Quoted(new AutomatonNode(automaton, IsJson: true));
    }

    private GrammarNode NumberText(Conjunction all, bool isInteger)
    {
        var facts = new NumberFacts(all.Nodes);
        if (facts.IsFree)
        {
            return isInteger ? _texts.Integer : _texts.Number;
        }

        if (facts is { Lower: { } lower, Upper: { } upper } && DecimalValue.Compare(lower.Value, upper.Value) > 0)
        {
            return Never($"the minimum is above the maximum at {ConstraintErrors.Place(all.Nodes[0].Pointer)}");
        }

        var fractionDigits = isInteger || facts.Divisors.Count > 0 ? 0 : facts.FractionDigits;
        Contradiction ??= $"no number is inside the limits at {ConstraintErrors.Place(all.Nodes[0].Pointer)}";
        return new NumberRange(facts.Lower, facts.Upper, _budget).Spellings(fractionDigits, facts.Divisors);
    }

    private GrammarNode ArrayText(Conjunction all)
    {
        var facts = new ArrayFacts(all.Nodes);
        var most = facts.MaxItems ?? int.MaxValue;
        if (facts.MinItems > most)
        {
            return Never($"minItems is above maxItems at {ConstraintErrors.Place(all.Nodes[0].Pointer)}");
        }

        if (most == 0)
        {
            return _texts.Bracketed("[", new ChoiceNode([]), mayBeEmpty: true, "]");
        }

        // From the last element to the first: each may be followed by the rest.
        var first = Math.Min(facts.PrefixCount, most);
        var rest = NodeFor(facts.SchemasAt(facts.PrefixCount));
        var further = most == int.MaxValue ? (int?)null : most - Math.Max(1, first);
        var next = GrammarNode.Sequence(_texts.Comma, rest).Repeat(Math.Max(0, facts.MinItems - Math.Max(1, first)), further);
        if (first == 0)
        {
            return _texts.Bracketed("[", GrammarNode.Sequence(rest, next), facts.MinItems == 0, "]");
        }

        var tail = first == facts.PrefixCount ? next : GrammarNode.Empty;
        for (var i = first - 1; i > 0; i--)
        {
            tail = GrammarNode.Sequence(_texts.Comma, NodeFor(facts.SchemasAt(i)), tail);
            tail = JsonTexts.Rule("elements", i >= facts.MinItems ? tail.Optional() : tail);
        }

        return _texts.Bracketed("[", GrammarNode.Sequence(NodeFor(facts.SchemasAt(0)), tail), facts.MinItems == 0, "]");
    }

    private GrammarNode ObjectText(Conjunction all)
    {
        var facts = new ObjectFacts(all.Nodes, _memo, _options.AllowsUndeclaredProperties, _budget);
        if (facts.MinProperties > (facts.MaxProperties ?? int.MaxValue) || facts.Required.Count > (facts.MaxProperties ?? int.MaxValue))
        {
            return Never($"more properties are required than allowed at {ConstraintErrors.Place(all.Nodes[0].Pointer)}");
        }

        var allowedNames = facts.NameSchemas.Count == 0 ? null : NameAutomaton(facts.NameSchemas);
        var members = new List<(GrammarNode Key, GrammarNode Value, bool IsRequired)>();
        foreach (var name in facts.Declared)
        {
            var value = allowedNames?.IsMatch(name) == false
                ? Never($"the required name '{ConstraintErrors.Shorten(name)}' is not allowed at {ConstraintErrors.Place(all.Nodes[0].Pointer)}")
                : NodeFor(facts.SchemasOf(name));
            members.Add((_texts.Key(GrammarNode.Text(JsonTexts.Quote(name))), value, facts.Required.Contains(name)));
        }

        var others = facts.IsClosedByOption ? [] : Others(facts, allowedNames);
        var needed = facts.MinProperties > facts.Required.Count ? facts.MinProperties : 0;
        if (needed > 1 && others.Count > 0)
        {
            throw ConstraintErrors.Schema(
                all.Nodes.First(node => node.Find("minProperties") is not null).PointerTo("minProperties"),
                $"{facts.MinProperties} for 'minProperties' beside undeclared properties, which may repeat a name and so cannot be counted",
                "additionalProperties false, or at most 1");
        }

        var content = new MembersNode(members, others.Count == 0 ? null : new ChoiceNode(others), _texts.Comma, Math.Max(1, needed), facts.MaxProperties);
        var mayBeEmpty = facts.Required.Count == 0 && needed == 0;
        return facts.MaxProperties == 0
            ? _texts.Bracketed("{", new ChoiceNode([]), mayBeEmpty: true, "}")
            : _texts.Bracketed("{", content, mayBeEmpty, "}");
    }

    /// <summary>The undeclared properties: one case for each set of patterns that a name may match.</summary>
    private List<GrammarNode> Others(ObjectFacts facts, CodePointAutomaton? allowedNames)
    {
        var patterns = facts.Patterns.ToArray();
        var cases = new List<GrammarNode>();
        var isFree = facts.Declared.Count == 0 && allowedNames is null && patterns.Length == 0;
        var undeclared = facts.Declared.Count == 0
            ? CodePointAutomaton.Of(RegexNode.Anything, isSearch: false, _budget)
            : CodePointAutomaton.OfTexts(facts.Declared, _budget).Complement(_budget);
        undeclared = allowedNames is null ? undeclared : CodePointAutomaton.Intersect(undeclared, allowedNames, _budget);
        Span<bool> matches = stackalloc bool[patterns.Length];
        for (var subset = 0; subset < 1 << patterns.Length; subset++)
        {
            var names = undeclared;
            for (var i = 0; i < patterns.Length; i++)
            {
                matches[i] = (subset & (1 << i)) != 0;
                names = CodePointAutomaton.Intersect(names, matches[i] ? patterns[i] : patterns[i].Complement(_budget), _budget);
            }

            var all = Conjunction.Of(_document, facts.SchemasOf(matches), _budget);
            if (!names.IsEmpty && all.NeverAt is null)
            {
                var key = isFree ? _texts.String : JsonTexts.Rule("name", JsonTexts.Quoted(new AutomatonNode(names, IsJson: true)));
                cases.Add(GrammarNode.Sequence(_texts.Key(key), new RuleNode(RuleFor(all))));
            }
        }

        return cases;
    }

    /// <summary>The names that the schemas of names allow.</summary>
    private CodePointAutomaton NameAutomaton(IReadOnlyList<SchemaNode> schemas)
    {
        var all = Conjunction.Of(_document, schemas, _budget);
        if (all.NeverAt is not null)
        {
            return CodePointAutomaton.OfTexts([], _budget);
        }

        if (all.OpenChoice() is { } choice)
        {
            throw ConstraintErrors.Schema(choice.Node.PointerTo(choice.Keyword), $"'{choice.Keyword}' for names", "a pattern, a format, lengths or a list of names");
        }

        if (all.Nodes.Any(node => (SchemaKeywords.Types(node) & JsonTypes.String) == JsonTypes.None))
        {
            return CodePointAutomaton.OfTexts([], _budget);
        }

        var lists = all.Nodes.Select(SchemaEvaluator.ListedBy).OfType<List<JsonElement>>().ToList();
        return lists.Count == 0
            ? new StringFacts(all.Nodes, _memo).Automaton(_budget)
            : CodePointAutomaton.OfTexts(lists[0].Where(value => value.ValueKind == JsonValueKind.String && _evaluator.IsValid(value, all)).Select(value => value.GetString()!), _budget); // Strings have one.
    }

    private ChoiceNode Never(string reason)
    {
        Contradiction ??= reason;
        return new ChoiceNode([]);
    }
}
