using Gyre.Contracts;

namespace Gyre.Training.Translation;

/// <summary>The pairs of a run: what is learned from, what the loss is measured on, what is translated at the end.</summary>
/// <param name="Training">Pairs to learn from.</param>
/// <param name="Validation">Pairs for the validation loss.</param>
/// <param name="Test">Pairs for the score.</param>
/// <param name="LeftOut">Pairs with an empty or dropped text.</param>
internal sealed record SentenceSplits(
    IReadOnlyList<SentencePair> Training, IReadOnlyList<SentencePair> Validation, IReadOnlyList<SentencePair> Test, int LeftOut)
{
    /// <summary>Reads the files and holds pairs out. Which part a pair belongs to depends on its source text alone, so that equal sources stay together and every recipe over a file holds the same pairs out.</summary>
    /// <remarks>Errors: TRN0550 the files; TRN0551 a part is empty; TRN0553 a text is too long and refused.</remarks>
    public static SentenceSplits Read(TranslationDataRecipe data)
    {
        var leftOut = 0;
        var (training, validation, test) = (Take(data.Training), new List<SentencePair>(), new List<SentencePair>());
        if (data.Validation is null || data.Test is null)
        {
            var kept = new List<SentencePair>();
            foreach (var pair in training)
            {
                var place = new SeededRandom(0).Fork(pair.Source).NextDouble();
                var testEnd = data.Test is null ? data.TestShare : 0;
                var part = place < testEnd ? test : data.Validation is null && place < testEnd + data.ValidationShare ? validation : kept;
                part.Add(pair);
            }

            training = kept;
        }

        var splits = new SentenceSplits(
            training, data.Validation is null ? validation : Take(data.Validation), data.Test is null ? test : Take(data.Test), leftOut);
        (string Name, int Count)[] parts = [("to learn from", splits.Training.Count), ("for validation", splits.Validation.Count), ("for the test", splits.Test.Count)];
        foreach (var (name, count) in parts)
        {
            if (count == 0)
            {
                throw new TrainingException("TRN0551", $"Reading the pairs failed: found none {name} ({splits.Training.Count} to learn from, {splits.Validation.Count} for validation, {splits.Test.Count} for the test, {leftOut} left out); expected at least one of each. Give more pairs, larger shares, or a larger data.longest_characters.");
            }
        }

        return splits with { LeftOut = leftOut };

        List<SentencePair> Take(PairFileRecipe files)
        {
            var (pairs, empty) = SentenceFiles.Read(files);
            leftOut += empty;
            return data.LongestCharacters == 0 ? pairs : [.. pairs.Select((pair, i) => Fit(pair, i, files)).OfType<SentencePair>()];
        }

        SentencePair? Fit(SentencePair pair, int index, PairFileRecipe files)
        {
            var limit = data.LongestCharacters;
            if (pair.Source.Length <= limit && pair.Target.Length <= limit)
            {
                return pair;
            }

            switch (data.LongTexts)
            {
                case LongTexts.Drop:
                    leftOut++;
                    return null;
                case LongTexts.Cut:
                    return new SentencePair(Cut(pair.Source, limit), Cut(pair.Target, limit));
                default:
                    throw new TrainingException("TRN0553", $"Reading the pairs failed: pair {index + 1} has texts of {pair.Source.Length} and {pair.Target.Length} characters; expected at most {limit} (data.longest_characters). File: {files.Files[0]}. Set data.long_texts to drop or cut, or raise the limit.");
            }
        }
    }

    private static string Cut(string text, int limit) =>
        text.Length <= limit ? text : text[..(char.IsHighSurrogate(text[limit - 1]) && limit > 1 ? limit - 1 : limit)].TrimEnd();
}
