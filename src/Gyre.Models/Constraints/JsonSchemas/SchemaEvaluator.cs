using System.Text.Json;

namespace Gyre.Models.Constraints.JsonSchemas;

/// <summary>Decides whether a value that a schema lists satisfies all that is said beside the list.</summary>
internal sealed class SchemaEvaluator(SchemaDocument document, AutomatonMemo memo, CompileBudget budget)
{
    /// <summary>Values and choices inside each other.</summary>
    private const int MaxDepth = 200;

    private int _depth;

    /// <summary>True when the value satisfies all of the schemas.</summary>
    public bool IsValid(JsonElement value, IEnumerable<SchemaNode> schemas)
    {
        var all = Conjunction.Of(document, schemas, budget);
        if (_depth == MaxDepth)
        {
            throw ConstraintErrors.Schema(all.Nodes.Count == 0 ? "" : all.Nodes[0].Pointer, $"choices that lead deeper than {MaxDepth}, or back to themselves", "a recursion that passes through a property or an item");
        }

        // An error ends the compilation, so the depth need not be restored behind one.
        _depth++;
        var isValid = IsValid(value, all);
        _depth--;
        return isValid;
    }

    /// <summary>True when the value satisfies a conjunction.</summary>
    public bool IsValid(JsonElement value, Conjunction all)
    {
        budget.Spend(10);
        if (all.NeverAt is not null)
        {
            return false;
        }

        var type = TypeOf(value);
        foreach (var node in all.Nodes)
        {
            budget.Spend(10);
            if ((SchemaKeywords.Types(node) & type) == JsonTypes.None || !IsListed(value, node) || !SatisfiesChoices(value, node))
            {
                return false;
            }
        }

        return value.ValueKind switch
        {
            JsonValueKind.String => new StringFacts(all.Nodes, memo).IsMatch(value.GetString()!), // A string has one.
            JsonValueKind.Number => DecimalValue.Parse(value.GetRawText()) is { } number && new NumberFacts(all.Nodes).IsMatch(number),
            JsonValueKind.Array => IsValidArray(value, new ArrayFacts(all.Nodes)),
            JsonValueKind.Object => all.Nodes.Count == 0 || IsValidObject(value, new ObjectFacts(all.Nodes, memo, allowsUndeclared: true, budget)),
            _ => true,
        };
    }

    /// <summary>True when two values are the same value, however they are written.</summary>
    public bool AreEqual(JsonElement left, JsonElement right)
    {
        budget.Spend(4);
        if (left.ValueKind != right.ValueKind)
        {
            return false;
        }

        switch (left.ValueKind)
        {
            case JsonValueKind.Number:
                return DecimalValue.Parse(left.GetRawText()) is { } number && number == DecimalValue.Parse(right.GetRawText());
            case JsonValueKind.String:
                return left.GetString() == right.GetString();
            case JsonValueKind.Array:
                return left.GetArrayLength() == right.GetArrayLength() && left.EnumerateArray().Zip(right.EnumerateArray()).All(pair => AreEqual(pair.First, pair.Second));
            case JsonValueKind.Object:
                return left.GetPropertyCount() == right.GetPropertyCount()
                    && left.EnumerateObject().All(member => right.TryGetProperty(member.Name, out var other) && AreEqual(member.Value, other));
            default:
                return true;
        }
    }

    /// <summary>The type of a value.</summary>
    public static JsonTypes TypeOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null => JsonTypes.Null,
        JsonValueKind.True or JsonValueKind.False => JsonTypes.Boolean,
        JsonValueKind.Object => JsonTypes.Object,
        JsonValueKind.Array => JsonTypes.Array,
        JsonValueKind.String => JsonTypes.String,
        _ => DecimalValue.Parse(value.GetRawText()) is { IsInteger: true } ? JsonTypes.Integer : JsonTypes.Fraction,
    };

    /// <summary>The values that a schema lists; null when it lists none.</summary>
    public static List<JsonElement>? ListedBy(SchemaNode node)
    {
        if (node.Find("const") is { } only)
        {
            return [only];
        }

        return node.Find("enum") switch
        {
            null => null,
            { ValueKind: JsonValueKind.Array } values => [.. values.EnumerateArray()],
            { } other => throw SchemaKeywords.Malformed(node, "enum", other, "an array of values"),
        };
    }

    private bool IsListed(JsonElement value, SchemaNode node) =>
        (node.Find("const") is not { } only || AreEqual(only, value))
        && (node.Find("enum") is not { ValueKind: JsonValueKind.Array } values || values.EnumerateArray().Any(listed => AreEqual(listed, value)));

    private bool SatisfiesChoices(JsonElement value, SchemaNode node)
    {
        var any = SchemaKeywords.Elements(node, "anyOf");
        var one = SchemaKeywords.Elements(node, "oneOf");
        return (any.Count == 0 || any.Any(branch => IsValid(value, [branch])))
            && (one.Count == 0 || one.Count(branch => IsValid(value, [branch])) == 1);
    }

    private bool IsValidArray(JsonElement value, ArrayFacts facts) =>
        value.GetArrayLength() >= facts.MinItems
        && value.GetArrayLength() <= (facts.MaxItems ?? int.MaxValue)
        && value.EnumerateArray().Select((item, index) => IsValid(item, facts.SchemasAt(index))).All(isValid => isValid);

    private bool IsValidObject(JsonElement value, ObjectFacts facts) =>
        value.GetPropertyCount() >= facts.MinProperties
        && value.GetPropertyCount() <= (facts.MaxProperties ?? int.MaxValue)
        && facts.Required.All(name => value.TryGetProperty(name, out _))
        && value.EnumerateObject().All(member =>
            IsValid(member.Value, facts.SchemasOf(member.Name))
            && (facts.NameSchemas.Count == 0 || IsValid(JsonSerializer.SerializeToElement(member.Name), facts.NameSchemas)));
}
