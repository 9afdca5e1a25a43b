using System.Text;
using System.Text.Json;

namespace Gyre.Models.Constraints.JsonSchemas;

/// <summary>Schemas that one value must satisfy at once, with references and <c>allOf</c> followed.</summary>
internal sealed class Conjunction
{
    private readonly List<SchemaNode> _nodes = [];
    private readonly HashSet<string> _pointers = new(StringComparer.Ordinal);
    private readonly SortedSet<string> _decided = new(StringComparer.Ordinal);

    private Conjunction()
    {
    }

    /// <summary>The schemas with something to say, in order of their appearance.</summary>
    public IReadOnlyList<SchemaNode> Nodes => _nodes;

    /// <summary>Where a schema allows nothing at all, if one does.</summary>
    public string? NeverAt { get; private set; }

    /// <summary>The same for the same schemas with the same choices made.</summary>
    public string Key
    {
        get
        {
            var key = new StringBuilder();
            foreach (var pointer in _nodes.Select(node => node.Pointer).Order(StringComparer.Ordinal))
            {
                key.Append(pointer).Append('\n');
            }

            return key.Append('|').AppendJoin('\n', _decided).Append(NeverAt is null ? "" : "|never").ToString();
        }
    }

    /// <summary>All of some schemas.</summary>
    public static Conjunction Of(SchemaDocument document, IEnumerable<SchemaNode> schemas, CompileBudget budget)
    {
        var result = new Conjunction();
        foreach (var schema in schemas)
        {
            document.RequireWellFounded(schema, budget);
            result.Add(document, schema, budget);
        }

        return result;
    }

    /// <summary>This and one branch of a choice, which is decided by that.</summary>
    public Conjunction With(SchemaDocument document, SchemaNode branch, SchemaNode chooser, string keyword, CompileBudget budget)
    {
        var result = new Conjunction { NeverAt = NeverAt };
        budget.Spend(16 * (_nodes.Count + _decided.Count + 4));
        result._nodes.AddRange(_nodes);
        result._pointers.UnionWith(_pointers);
        result._decided.UnionWith(_decided);
        result._decided.Add(chooser.PointerTo(keyword));
        result.Add(document, branch, budget);
        return result;
    }

    /// <summary>The first <c>anyOf</c> or <c>oneOf</c> that is not decided yet.</summary>
    public (SchemaNode Node, string Keyword)? OpenChoice()
    {
        foreach (var node in _nodes)
        {
            foreach (var keyword in (ReadOnlySpan<string>)["anyOf", "oneOf"])
            {
                if (node.Find(keyword) is not null && !_decided.Contains(node.PointerTo(keyword)))
                {
                    return (node, keyword);
                }
            }
        }

        return null;
    }

    /// <summary>Adds a schema that is known to be well-founded, so that this comes to an end.</summary>
    private void Add(SchemaDocument document, SchemaNode node, CompileBudget budget)
    {
        budget.Spend(32);
        if (node.Element.ValueKind == JsonValueKind.True)
        {
            return;
        }

        if (node.Element.ValueKind == JsonValueKind.False)
        {
            NeverAt ??= node.Pointer;
            return;
        }

        if (!_pointers.Add(node.Pointer))
        {
            return;
        }

        budget.Spend(node.Element.GetPropertyCount());
        if (!SchemaKeywords.SaysNothing(node))
        {
            _nodes.Add(node);
        }

        if (SchemaKeywords.Text(node, "$ref") is { } reference)
        {
            Add(document, document.Resolve(node, reference), budget);
        }

        foreach (var part in SchemaKeywords.Elements(node, "allOf"))
        {
            Add(document, part, budget);
        }
    }
}
