using System.Text.Json;
using Gyre.Models.Constraints;

namespace Gyre.Models.Generation;

/// <summary>The newest schemas that answers were asked to obey, compiled: their token masks are shared by all answers.</summary>
/// <remarks>Safe for several threads.</remarks>
internal sealed class CompiledForms
{
    private const int Most = 32;

    private readonly Dictionary<string, Constraint> _compiled = new(StringComparer.Ordinal);
    private readonly Queue<string> _order = [];
    private readonly Lock _gate = new();

    /// <summary>The form of a schema, or of any JSON object when it is null.</summary>
    /// <remarks>Errors: RUN07xx for a schema that cannot be obeyed.</remarks>
    public Constraint Of(JsonElement? schema)
    {
        var key = schema?.GetRawText() ?? "";
        lock (_gate)
        {
            if (_compiled.TryGetValue(key, out var known))
            {
                return known;
            }
        }

        var compiled = schema is { } element ? Constraint.FromJsonSchema(element) : Constraint.AnyJsonObject();
        lock (_gate)
        {
            if (_compiled.TryAdd(key, compiled))
            {
                _order.Enqueue(key);
                if (_order.Count > Most)
                {
                    _compiled.Remove(_order.Dequeue());
                }
            }

            return _compiled[key];
        }
    }
}
