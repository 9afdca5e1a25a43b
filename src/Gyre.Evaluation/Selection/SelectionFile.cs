using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Gyre.Evaluation.Selection;

/// <summary>A choice as JSON: the text of <c>selection.json</c>.</summary>
public static class SelectionFile
{
    /// <summary>The format's name and version.</summary>
    public const string Format = "gyre-selection-1";

    internal static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    /// <summary>The result as JSON.</summary>
    /// <param name="result">What was found.</param>
    /// <param name="at">When.</param>
    /// <param name="document">SHA-256 of the record's text; null when there is none.</param>
    public static string Write(SelectionResult result, DateTimeOffset at, string? document = null)
    {
        ArgumentNullException.ThrowIfNull(result);
        var recipe = result.Recipe;
        return JsonSerializer.Serialize(
            new
            {
                format = Format,
                recipe.Name,
                at = at.ToUniversalTime(),
                recipe = recipe.Digest,
                document,
                recipe.UseCase,
                recipe.DecidedBy,
                result.Chosen,
                result.Headline,
                result.Reasons,
                recipe.Confidence,
                objectives = recipe.Objectives.Select((objective, i) => new { objective.Name, share = result.Shares[i], objective.Aspect, objective.Measure, objective.Evidence, objective.Metric, objective.Task, objective.Segment, objective.Target, scale = objective.Scale is var (worst, best) ? new { worst, best } : null }),
                candidates = result.Candidates.Select(candidate => new
                {
                    candidate.Name,
                    candidate.Model,
                    candidate.Digest,
                    candidate.Rank,
                    candidate.Value,
                    candidate.Low,
                    candidate.High,
                    candidate.IsOut,
                    candidate.IsOpen,
                    candidate.Limits,
                    candidate.Scores,
                }),
                result.Rivals,
                result.Sensitivity,
                result.Missing,
                result.Consequences,
                recipe.OpenQuestions,
                result.Sources,
                result.Notes,
            },
            Options);
    }
}
