using System.Text.Json.Nodes;
using Gyre.Models.Constraints;

namespace Gyre.Server.Generation;

/// <summary>The form that a request asks its answer to have.</summary>
/// <param name="Key">Tells equal forms apart from others.</param>
/// <param name="Place">The parameter that asks for it, for errors.</param>
/// <param name="Compile">Makes the constraint.</param>
internal sealed record AnswerFormat(string Key, string Place, Func<Constraint> Compile)
{
    /// <summary>As the request said it, to be shown again.</summary>
    public JsonNode? Shown { get; init; }
}
