namespace Gyre.Training.Runs;

/// <summary>Puts an evaluation's table into the card of a model.</summary>
public static class CardEvaluation
{
    /// <summary>Checks that a table could be put into a card, before anything long is begun.</summary>
    /// <param name="path">The card.</param>
    /// <exception cref="TrainingException">TRN0051: the card cannot be read or lacks the marks.</exception>
    public static void Require(string path)
    {
        try
        {
            _ = Read(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Failed(path, error);
        }
    }

    /// <summary>Replaces what stands between the two evaluation marks of a card; everything else stays.</summary>
    /// <param name="path">The card, a Markdown file that <c>gyre train</c> wrote.</param>
    /// <param name="table">Markdown.</param>
    /// <exception cref="TrainingException">TRN0051: the card cannot be read or written, or lacks the marks.</exception>
    public static void Write(string path, string table)
    {
        ArgumentNullException.ThrowIfNull(table);
        try
        {
            var (card, begin, end) = Read(path);
            AtomicFile.WriteText(path, card[..(begin + ModelCard.EvaluationBegin.Length)] + "\n" + table.Trim() + "\n" + card[end..]);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Failed(path, error);
        }
    }

    private static (string Card, int Begin, int End) Read(string path)
    {
        var card = File.ReadAllText(path);
        var begin = card.IndexOf(ModelCard.EvaluationBegin, StringComparison.Ordinal);
        var end = begin < 0 ? -1 : card.IndexOf(ModelCard.EvaluationEnd, begin, StringComparison.Ordinal);
        return end >= 0
            ? (card, begin, end)
            : throw new TrainingException("TRN0051", $"Writing the evaluation into '{path}' failed: found no lines '{ModelCard.EvaluationBegin}' and '{ModelCard.EvaluationEnd}', expected both, in this order. Add them where the table shall stand.");
    }

    private static TrainingException Failed(string path, Exception error) =>
        new("TRN0051", $"Writing the evaluation into '{path}' failed: {error.Message} Check the path and its permissions.", error);
}
