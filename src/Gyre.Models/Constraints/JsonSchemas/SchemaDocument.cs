using System.Text;
using System.Text.Json;

namespace Gyre.Models.Constraints.JsonSchemas;

/// <summary>The text of a schema, parsed with limits, and the places in it that references name.</summary>
internal sealed class SchemaDocument
{
    /// <summary>The longest schema, in bytes.</summary>
    public const int MaxBytes = 1 << 20;

    private const int MaxDepth = 128;

    /// <summary>References and choices inside each other, without a step into the value.</summary>
    private const int MaxChainLength = 100;

    private readonly JsonElement _root;
    private readonly HashSet<string> _wellFounded = new(StringComparer.Ordinal);
    private readonly HashSet<string> _open = new(StringComparer.Ordinal);

    private SchemaDocument(JsonElement root) => _root = root;

    public SchemaNode Root => new(_root, "");

    /// <summary>Parses a schema. Errors: RUN0701 for what is no schema, RUN0703 past a limit.</summary>
    public static SchemaDocument Parse(string text)
    {
        if (text.Length > MaxBytes || Encoding.UTF8.GetByteCount(text) > MaxBytes)
        {
            throw ConstraintErrors.TooLarge("JSON schema", $"it has {text.Length:N0} characters", $"at most {MaxBytes:N0} bytes");
        }

        var bytes = Encoding.UTF8.GetBytes(text);
        if (UntrustedJson.FaultOf(bytes) is { } fault)
        {
            throw ConstraintErrors.Schema("", fault, "text that can be decoded");
        }

        try
        {
            using var document = JsonDocument.Parse(bytes, new JsonDocumentOptions { MaxDepth = MaxDepth, AllowDuplicateProperties = false });
            return new SchemaDocument(document.RootElement.Clone());
        }
        catch (JsonException error)
        {
            throw ConstraintErrors.Schema("", $"text that is not JSON, that names a property twice, or that nests deeper than {MaxDepth} ({error.Message.TrimEnd('.')})", "a JSON schema");
        }
    }

    /// <summary>Checks a schema and what it says about the same value: all are schemas with known keywords, and none is defined by itself.</summary>
    public void RequireWellFounded(SchemaNode node, CompileBudget budget)
    {
        budget.Spend(8);
        if (node.Element.ValueKind is JsonValueKind.True or JsonValueKind.False || _wellFounded.Contains(node.Pointer))
        {
            return;
        }

        if (node.Element.ValueKind != JsonValueKind.Object)
        {
            throw ConstraintErrors.Schema(node.Pointer, ConstraintErrors.Shorten(node.Element.GetRawText()), "a schema: an object or a boolean");
        }

        if (_open.Count >= MaxChainLength)
        {
            throw ConstraintErrors.TooLarge("JSON schema", $"references and choices lead deeper than {MaxChainLength} at {ConstraintErrors.Place(node.Pointer)}", $"at most {MaxChainLength}");
        }

        if (!_open.Add(node.Pointer))
        {
            throw ConstraintErrors.Schema(node.Pointer, "a schema that is defined by itself", "a recursion that passes through a property or an item");
        }

        SchemaKeywords.Check(node);
        if (SchemaKeywords.Text(node, "$ref") is { } reference)
        {
            RequireWellFounded(Resolve(node, reference), budget);
        }

        foreach (var keyword in (ReadOnlySpan<string>)["allOf", "anyOf", "oneOf"])
        {
            foreach (var part in SchemaKeywords.Elements(node, keyword))
            {
                RequireWellFounded(part, budget);
            }
        }

        _open.Remove(node.Pointer);
        _wellFounded.Add(node.Pointer);
    }

    /// <summary>What a reference names.</summary>
    public SchemaNode Resolve(SchemaNode from, string reference)
    {
        var place = from.PointerTo("$ref");
        if (!reference.StartsWith('#'))
        {
            throw ConstraintErrors.Schema(place, $"the reference '{ConstraintErrors.Shorten(reference)}'", "a reference inside the schema, such as #/$defs/name");
        }

        var path = Uri.UnescapeDataString(reference[1..]);
        if (path.Length > 0 && path[0] != '/')
        {
            throw ConstraintErrors.Schema(place, $"the anchor '{ConstraintErrors.Shorten(reference)}'", "a path such as #/$defs/name");
        }

        var target = _root;
        foreach (var part in path.Split('/').Skip(1))
        {
            var name = part.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
            if (target.ValueKind == JsonValueKind.Object && target.TryGetProperty(name, out var member))
            {
                target = member;
            }
            else if (target.ValueKind == JsonValueKind.Array && int.TryParse(name, out var index) && index >= 0 && index < target.GetArrayLength())
            {
                target = target[index];
            }
            else
            {
                throw ConstraintErrors.Schema(place, $"the reference '{ConstraintErrors.Shorten(reference)}' to nothing", "a place that this schema has");
            }
        }

        return new SchemaNode(target, path);
    }
}
