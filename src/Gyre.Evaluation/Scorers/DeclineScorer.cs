using Gyre.Contracts;
using Gyre.Evaluation.Metrics;

namespace Gyre.Evaluation.Scorers;

/// <summary>
/// 1 when the output says, and only says, that the information is not there: one sentence of at most 30 words with a
/// phrase of declining, no turn such as "but", no digit, and none of the context's values but the subject's name. A
/// decline that goes on to invent an answer is 0.
/// </summary>
public sealed class DeclineScorer : IScorer
{
    private const int MostWords = 30;

    private static readonly string[] Phrases =
    [
        "does not say", "doesn't say", "do not say", "cannot find", "can't find", "could not find", "couldn't find", "not in the information",
        "not in the text", "does not mention", "doesn't mention", "is not mentioned", "isn't mentioned", "not given in", "do not have that information",
        "don't have that information", "do not have this information", "don't have this information", "does not contain that information",
        "does not contain this information", "doesn't contain that information", "doesn't contain this information",
    ];

    private static readonly string[] Turns = ["but", "however", "although", "though", "probably", "perhaps", "maybe", "likely", "i guess", "i think"];

    /// <inheritdoc/>
    public string Name => "decline";

    /// <inheritdoc/>
    public MetricForm Form { get; } = MetricForm.Share("Gyre: docs/design/evaluation.md");

    /// <inheritdoc/>
    public ValueTask<Score> ScoreAsync(DatasetRow row, string output, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(row);
        var text = TextComparison.NormalizeSpaces(output);
        return ValueTask.FromResult(Judge(row, text) is { } fault ? Score.Of(0, fault) : Score.Of(1));
    }

    private static string? Judge(DatasetRow row, string text)
    {
        if (!Phrases.Any(phrase => TextComparison.ContainsPhrase(text, phrase)))
        {
            return "no phrase of declining";
        }

        if (TextComparison.CountWords(text) > MostWords)
        {
            return $"longer than {MostWords} words";
        }

        if (!SentenceFactsScorer.IsOneSentence(text) || text.Contains(';', StringComparison.Ordinal))
        {
            return "not one sentence";
        }

        if (Turns.FirstOrDefault(turn => TextComparison.ContainsPhrase(text, turn)) is { } turn)
        {
            return $"goes on after '{turn}'";
        }

        if (text.Any(char.IsDigit))
        {
            return "holds a number";
        }

        var offered = row.Facts.FirstOrDefault(fact => fact.Key.StartsWith(FactKeys.ContextPrefix, StringComparison.Ordinal)
            && !string.IsNullOrWhiteSpace(fact.Value)
            && !row.Subject.EndsWith(":" + fact.Value, StringComparison.Ordinal)
            && TextComparison.ContainsPhrase(text, TextComparison.NormalizeSpaces(fact.Value)));
        return offered.Key is null ? null : $"offers the context's {offered.Key[FactKeys.ContextPrefix.Length..]}";
    }
}
