using System.Globalization;
using Gyre.Contracts;

namespace Gyre.Evaluation;

/// <summary>Other wordings of a row's prompt, and a candidate's answers to them, in <see cref="DatasetRow.Facts"/>: <c>paraphrase.1</c>, … and <c>answer.paraphrase.1</c>, ….</summary>
public static class ParaphraseFacts
{
    private const string One = "paraphrase";
    private const string Prefix = "paraphrase.";
    private const string AnswerPrefix = "answer.paraphrase.";
    private const string FaultKey = "fault.paraphrase";

    /// <summary>The other wordings, in their order.</summary>
    public static IReadOnlyList<string> Of(DatasetRow row)
    {
        ArgumentNullException.ThrowIfNull(row);
        return row.Facts.TryGetValue(One, out var only) ? [only] : Read(row, Prefix);
    }

    /// <summary>A candidate's answers to them, as far as they came.</summary>
    public static IReadOnlyList<string> AnswersOf(DatasetRow row) => Read(row, AnswerPrefix);

    /// <summary>Why a wording has no answer; null when all came.</summary>
    public static string? FaultOf(DatasetRow row)
    {
        ArgumentNullException.ThrowIfNull(row);
        return row.Facts.GetValueOrDefault(FaultKey);
    }

    /// <summary>The key of a wording.</summary>
    /// <param name="number">From 1.</param>
    public static string Key(int number) => Prefix + number.ToString(CultureInfo.InvariantCulture);

    /// <summary>The row with a candidate's answers, and why one is missing.</summary>
    internal static DatasetRow With(DatasetRow row, IReadOnlyList<string> answers, string? fault)
    {
        var facts = new Dictionary<string, string>(row.Facts, StringComparer.Ordinal);
        for (var i = 0; i < answers.Count; i++)
        {
            facts[AnswerPrefix + (i + 1).ToString(CultureInfo.InvariantCulture)] = answers[i];
        }

        if (fault is not null)
        {
            facts[FaultKey] = fault;
        }

        return row with { Facts = facts };
    }

    private static List<string> Read(DatasetRow row, string prefix)
    {
        ArgumentNullException.ThrowIfNull(row);
        var found = new List<string>();
        for (var number = 1; row.Facts.TryGetValue(prefix + number.ToString(CultureInfo.InvariantCulture), out var text); number++)
        {
            found.Add(text);
        }

        return found;
    }
}
