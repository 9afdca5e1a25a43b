using Gyre.Contracts;

namespace Gyre.Evaluation.Judges;

/// <summary>The texts of a row that judges are shown.</summary>
internal static class JudgeSections
{
    public const string NoReference = "the row has no reference, and this judge compares with one";

    /// <summary>Question, reference when it is wanted, and answer.</summary>
    public static List<(string Tag, string Text)> Of(DatasetRow row, bool usesReference, params ReadOnlySpan<(string Tag, string Text)> answers)
    {
        var sections = new List<(string, string)> { ("question", row.Prompt) };
        if (usesReference)
        {
            sections.Add(("reference", row.Reference));
        }

        sections.AddRange(answers);
        return sections;
    }

    /// <summary>What is said about the reference; empty when there is none.</summary>
    public static string Remark(bool usesReference) => usesReference ? "The reference is a right answer to the question. " : "";

    public static bool Lacks(DatasetRow row, bool usesReference) => usesReference && string.IsNullOrWhiteSpace(row.Reference);
}
