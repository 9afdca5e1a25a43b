using Gyre.Contracts;

namespace Gyre.Training.Encoders;

/// <summary>Questions parted by article, so that no passage is in two parts.</summary>
/// <param name="Training">Questions to learn from; all have answers, others are made at each step.</param>
/// <param name="Development">Questions that choose the threshold, some without answers.</param>
/// <param name="Test">Questions that are scored, some without answers.</param>
/// <param name="Files">Number of files.</param>
internal sealed record QuestionSplits(
    IReadOnlyList<QuestionItem> Training, IReadOnlyList<QuestionItem> Development, IReadOnlyList<QuestionItem> Test, int Files)
{
    /// <summary>Reads the files and parts their articles; which part an article belongs to depends on the titles alone.</summary>
    /// <remarks>Errors: TRN0555 a file; TRN0551 too few articles.</remarks>
    public static QuestionSplits Read(QuestionDataRecipe data)
    {
        var items = data.Files.SelectMany(QuestionFile.Read).ToList();
        var titles = items.Select(item => item.Article).Distinct(StringComparer.Ordinal)
            .OrderBy(title => new SeededRandom(0).Fork(title).NextUInt64()).ToList();
        var heldOut = data.DevelopmentArticles + data.TestArticles;
        if (titles.Count <= heldOut)
        {
            throw new TrainingException("TRN0551", $"Parting the questions failed: found {titles.Count} articles in {data.Files.Count} files; expected more than the {data.DevelopmentArticles} for development and {data.TestArticles} for the test. Lower those, or give more articles.");
        }

        var test = Of(titles.Take(data.TestArticles));
        var development = Of(titles.Skip(data.TestArticles).Take(data.DevelopmentArticles));
        return new QuestionSplits(Of(titles.Skip(heldOut)), Paired(development, data.Unanswerable), Paired(test, data.Unanswerable), data.Files.Count);

        List<QuestionItem> Of(IEnumerable<string> part)
        {
            var wanted = part.ToHashSet(StringComparer.Ordinal);
            return [.. items.Where(item => wanted.Contains(item.Article))];
        }
    }

    /// <summary>Every passage of articles that may be learned from.</summary>
    public IEnumerable<string> TrainingPassages => Training.Select(item => item.Passage).Distinct(StringComparer.Ordinal);

    /// <summary>Every passage that is held out.</summary>
    public IEnumerable<string> HeldOutPassages => Development.Concat(Test).Select(item => item.Passage).Distinct(StringComparer.Ordinal);

    /// <summary>A question put to a passage of another article of the same part.</summary>
    /// <param name="item">The question.</param>
    /// <param name="passages">Passages with their articles.</param>
    /// <param name="random">Chooses the passage.</param>
    /// <returns>Null when there is no other article.</returns>
    public static QuestionItem? Pair(QuestionItem item, IReadOnlyList<QuestionItem> passages, SeededRandom random)
    {
        if (passages.All(other => other.Article == item.Article))
        {
            return null;
        }

        QuestionItem other;
        do
        {
            other = passages[random.NextInt32(passages.Count)];
        }
        while (other.Article == item.Article);

        return new QuestionItem(item.Id + "+" + other.Id, item.Article, other.Passage, item.Question, []);
    }

    private static List<QuestionItem> Paired(List<QuestionItem> items, double unanswerable)
    {
        var random = new SeededRandom(0).Fork("pairings");
        var answered = items.Where(item => item.Answers.Count > 0).ToList();
        var wanted = (int)Math.Round(unanswerable * answered.Count);
        var paired = Enumerable.Range(0, wanted).Select(i => answered.Count == 0 ? null : Pair(answered[i % answered.Count], items, random)).OfType<QuestionItem>();
        return [.. items, .. paired.DistinctBy(item => item.Id)];
    }
}
