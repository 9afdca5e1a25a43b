using System.Security.Cryptography;
using System.Text;
using Gyre.Evaluation.Recipes;

namespace Gyre.Evaluation.Selection;

/// <summary>A file of ratings and notes that people wrote about candidates (YAML).</summary>
/// <remarks>
/// <c>scale: {worst: 1, best: 5}</c> (the default) and <c>notes:</c>, a list of <c>{candidate, by, criterion, rating, note}</c>; a criterion and a rating go
/// together, and a note may stand alone.
/// </remarks>
public sealed record ReviewFile
{
    /// <summary>The ratings that count 0 and 1.</summary>
    public required (double Worst, double Best) Scale { get; init; }

    /// <summary>What people said, in the order of the file.</summary>
    public required IReadOnlyList<ReviewNote> Notes { get; init; }

    /// <summary>SHA-256 of the file's text.</summary>
    public required string Digest { get; init; }

    /// <summary>Reads a file of at most 1 MiB.</summary>
    /// <exception cref="EvaluationException">EVA0120: it cannot be read. EVA0124: it is not such a file; all faults are listed with their line.</exception>
    public static ReviewFile Load(string path) => Parse(SelectionRecipeReader.ReadText(path, "a review", "Check the path."), path);

    /// <summary>Reads a text.</summary>
    /// <exception cref="EvaluationException">EVA0124, as <see cref="Load"/>.</exception>
    /// <param name="yaml">The text.</param>
    /// <param name="source">What error messages call it.</param>
    public static ReviewFile Parse(string yaml, string source = "review")
    {
        var faults = new List<string>();
        var root = new RecipeMapping(EvaluationRecipeReader.ReadRoot(yaml, source, "a review", "EVA0124"), "", faults);
        var scale = root.Mapping("scale", optional: true);
        var (worst, best) = (scale.Number("worst", -1e6, 1e6, 1), scale.Number("best", -1e6, 1e6, 5));
        scale.Finish();
        if (worst == best)
        {
            root.Fault("scale", "has the same worst and best.");
        }

        var notes = new List<ReviewNote>();
        foreach (var item in root.List("notes"))
        {
            var note = new ReviewNote(
                item.Text("candidate"),
                item.Text("by"),
                item.Text("criterion", ""),
                item.Has("rating") ? item.Number("rating", Math.Min(worst, best), Math.Max(worst, best), null) : null,
                item.Text("note", ""));
            if (note.Rating is null != (note.Criterion.Length == 0) || (note.Rating is null && note.Text.Length == 0))
            {
                item.Fault("candidate", "has a criterion without a rating, a rating without a criterion, or neither them nor a note.");
            }

            if (note.Rating is not null && notes.Exists(other => other.Rating is not null && other.Candidate == note.Candidate && other.By == note.By && other.Criterion == note.Criterion))
            {
                item.Fault("criterion", $"'{note.By}' rated '{note.Candidate}' by '{note.Criterion}' before; expected one rating of each person.");
            }

            notes.Add(note);
            item.Finish();
        }

        root.Finish();
        return faults.Count == 0
            ? new ReviewFile { Scale = (worst, best), Notes = notes, Digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(yaml))) }
            : throw new EvaluationException("EVA0124", $"Reading a review failed: {faults.Count} fault(s) in {source}:{string.Concat(faults.Select(fault => $"\n  {fault}"))}\nMend them and run again.");
    }
}
