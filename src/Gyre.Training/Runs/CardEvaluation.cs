namespace Gyre.Training.Runs;

/// <summary>Puts an evaluation's table into the card of a model.</summary>
public static class CardEvaluation
{
    /// <summary>Replaces what stands between the two evaluation marks of a card; everything else stays.</summary>
    /// <param name="path">The card, a Markdown file that <c>gyre train</c> wrote.</param>
    /// <param name="table">Markdown.</param>
    /// <exception cref="TrainingException">TRN0051: the card cannot be read or written, or lacks the marks.</exception>
    public static void Write(string path, string table)
    {
        ArgumentNullException.ThrowIfNull(table);
        try
        {
            var card = File.ReadAllText(path);
            var begin = card.IndexOf(ModelCard.EvaluationBegin, StringComparison.Ordinal);
            var end = begin < 0 ? -1 : card.IndexOf(ModelCard.EvaluationEnd, begin, StringComparison.Ordinal);
            if (end < 0)
            {
                throw new TrainingException("TRN0051", $"Writing the evaluation into '{path}' failed: found no lines '{ModelCard.EvaluationBegin}' and '{ModelCard.EvaluationEnd}', expected both, in this order. Add them where the table shall stand.");
            }

            AtomicFile.WriteText(path, card[..(begin + ModelCard.EvaluationBegin.Length)] + "\n" + table.Trim() + "\n" + card[end..]);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new TrainingException("TRN0051", $"Writing the evaluation into '{path}' failed: {error.Message} Check the path and its permissions.", error);
        }
    }
}
