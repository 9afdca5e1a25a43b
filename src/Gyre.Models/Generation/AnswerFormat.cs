using System.Text.Json.Nodes;
using Gyre.Models.Constraints;

namespace Gyre.Models.Generation;

/// <summary>The form that the text of an answer shall have.</summary>
/// <param name="Key">All that the form is made of: equal forms have equal keys, others do not.</param>
/// <param name="Place">What asks for it, for errors.</param>
/// <param name="Compile">Makes the constraint.</param>
public sealed record AnswerFormat(string Key, string Place, Func<Constraint> Compile)
{
    /// <summary>As the request said it, to be shown again.</summary>
    public JsonNode? Shown { get; init; }
}
