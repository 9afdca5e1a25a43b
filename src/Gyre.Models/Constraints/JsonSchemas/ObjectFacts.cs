using Gyre.Models.Constraints.Regexes;

namespace Gyre.Models.Constraints.JsonSchemas;

/// <summary>What schemas say about objects.</summary>
internal sealed class ObjectFacts
{
    /// <summary>Patterns of names at once: every subset of them is a case of its own.</summary>
    private const int MaxPatterns = 6;

    private readonly List<Part> _parts = [];
    private readonly List<SchemaNode> _nameSchemas = [];
    private readonly List<string> _declared = [];
    private readonly HashSet<string> _declaredSet = new(StringComparer.Ordinal);

    /// <summary>Reads the keywords of some schemas.</summary>
    public ObjectFacts(IReadOnlyList<SchemaNode> nodes, AutomatonMemo memo, bool allowsUndeclared, CompileBudget budget)
    {
        foreach (var node in nodes)
        {
            MinProperties = Math.Max(MinProperties, SchemaKeywords.Count(node, "minProperties") ?? 0);
            MaxProperties = SchemaKeywords.Count(node, "maxProperties") is { } most ? Math.Min(MaxProperties ?? most, most) : MaxProperties;
            Required.UnionWith(SchemaKeywords.Strings(node, "required"));
            if (node.Find("propertyNames") is { } names)
            {
                _nameSchemas.Add(node.Child("propertyNames", names));
            }

            var part = new Part();
            foreach (var (name, schema) in SchemaKeywords.Members(node, "properties"))
            {
                budget.Spend(1);
                part.Properties.Add(name, schema);
                Declare(name);
            }

            foreach (var (pattern, schema) in SchemaKeywords.Members(node, "patternProperties"))
            {
                part.Patterns.Add((memo.Pattern(pattern, schema.Pointer), schema));
            }

            part.Others = node.Find("additionalProperties") is { } others ? node.Child("additionalProperties", others) : null;
            _parts.Add(part);
        }

        IsClosedByOption = !allowsUndeclared
            && nodes.Any(node => node.Find("properties") is not null)
            && nodes.All(node => node.Find("additionalProperties") is null && node.Find("patternProperties") is null);
        foreach (var name in Required)
        {
            Declare(name);
        }

        if (_parts.Sum(part => part.Patterns.Count) > MaxPatterns)
        {
            throw ConstraintErrors.TooLarge("JSON schema", $"an object has {_parts.Sum(part => part.Patterns.Count)} patterns of names at {ConstraintErrors.Place(nodes[0].Pointer)}", $"at most {MaxPatterns}");
        }
    }

    public int MinProperties { get; }

    public int? MaxProperties { get; }

    /// <summary>True when undeclared names are refused by option rather than by the schema.</summary>
    public bool IsClosedByOption { get; }

    public HashSet<string> Required { get; } = new(StringComparer.Ordinal);

    /// <summary>The names that schemas declare or require, in order of appearance.</summary>
    public IReadOnlyList<string> Declared => _declared;

    /// <summary>What names must satisfy.</summary>
    public IReadOnlyList<SchemaNode> NameSchemas => _nameSchemas;

    /// <summary>The patterns of names.</summary>
    public IEnumerable<CodePointAutomaton> Patterns => _parts.SelectMany(part => part.Patterns).Select(pattern => pattern.Names);

    /// <summary>What the value of a property must satisfy.</summary>
    public List<SchemaNode> SchemasOf(string name)
    {
        var schemas = new List<SchemaNode>();
        foreach (var part in _parts)
        {
            var before = schemas.Count;
            if (part.Properties.TryGetValue(name, out var schema))
            {
                schemas.Add(schema);
            }

            schemas.AddRange(part.Patterns.Where(pattern => pattern.Names.IsMatch(name)).Select(pattern => pattern.Schema));
            if (schemas.Count == before && part.Others is { } others)
            {
                schemas.Add(others);
            }
        }

        return schemas;
    }

    /// <summary>What the value of an undeclared property must satisfy whose name matches these patterns, in the order of <see cref="Patterns"/>.</summary>
    public List<SchemaNode> SchemasOf(ReadOnlySpan<bool> matches)
    {
        var schemas = new List<SchemaNode>();
        foreach (var part in _parts)
        {
            var before = schemas.Count;
            for (var i = 0; i < part.Patterns.Count; i++)
            {
                if (matches[i])
                {
                    schemas.Add(part.Patterns[i].Schema);
                }
            }

            matches = matches[part.Patterns.Count..];
            if (schemas.Count == before && part.Others is { } others)
            {
                schemas.Add(others);
            }
        }

        return schemas;
    }

    private void Declare(string name)
    {
        if (_declaredSet.Add(name))
        {
            _declared.Add(name);
        }
    }

    private sealed class Part
    {
        public Dictionary<string, SchemaNode> Properties { get; } = new(StringComparer.Ordinal);

        public List<(CodePointAutomaton Names, SchemaNode Schema)> Patterns { get; } = [];

        public SchemaNode? Others { get; set; }
    }
}
