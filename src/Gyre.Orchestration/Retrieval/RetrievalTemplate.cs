using System.Text;

namespace Gyre.Orchestration.Retrieval;

/// <summary>Text with named places in braces; <c>{{</c> and <c>}}</c> are braces.</summary>
/// <remarks>Values are put in as they are and not looked at again: a passage cannot name a place. Immutable.</remarks>
internal sealed class RetrievalTemplate
{
    private readonly (string Text, bool IsPlace)[] _parts;

    private RetrievalTemplate((string Text, bool IsPlace)[] parts) => _parts = parts;

    /// <summary>Reads a template.</summary>
    /// <param name="source">The text.</param>
    /// <param name="setting">What error messages call it.</param>
    /// <param name="known">The places that it may have.</param>
    /// <param name="needed">The place that it must have; null for none.</param>
    /// <exception cref="OrchestrationException">ORC0008: a brace without its match, a place that is not known, or one that is missing.</exception>
    public static RetrievalTemplate Parse(string source, string setting, string[] known, string? needed)
    {
        var parts = new List<(string, bool)>();
        var text = new StringBuilder();
        for (var i = 0; i < source.Length; i++)
        {
            if (source[i] is not ('{' or '}'))
            {
                text.Append(source[i]);
            }
            else if (i + 1 < source.Length && source[i + 1] == source[i])
            {
                text.Append(source[i++]);
            }
            else
            {
                var end = source[i] == '{' ? source.IndexOf('}', i) : -1;
                var name = end < 0
                    ? throw Fault(setting, $"the '{source[i]}' at character {i + 1} has no match; write it twice for a brace.", known)
                    : source[(i + 1)..end];
                if (!known.Contains(name, StringComparer.Ordinal))
                {
                    throw Fault(setting, $"'{{{name}}}' is unknown.", known);
                }

                parts.Add((text.ToString(), false));
                parts.Add((name, true));
                text.Clear();
                i = end;
            }
        }

        parts.Add((text.ToString(), false));
        return needed is null || parts.Contains((needed, true)) ? new RetrievalTemplate([.. parts]) : throw Fault(setting, $"'{{{needed}}}' is missing.", known);
    }

    /// <summary>The text with values at its places.</summary>
    public string Write(Func<string, string> valueOf) => string.Concat(_parts.Select(part => part.IsPlace ? valueOf(part.Text) : part.Text));

    private static OrchestrationException Fault(string setting, string found, string[] known) =>
        new("ORC0008", $"Reading the template '{setting}' failed: {found} Expected the places {string.Join(", ", known.Select(name => $"{{{name}}}"))}. Correct the template.");
}
