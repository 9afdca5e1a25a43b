using Gyre.Contracts;
using Gyre.Models.Tokenizers;
using Gyre.Training.Packing;

namespace Gyre.Training.Encoders;

/// <summary>Texts with labels as rows; which ones are held out depends on their text alone.</summary>
internal sealed class LabelRows : IEncoderRows
{
    private const int Ignored = -100;
    private readonly List<EncoderRow> _training = [];
    private readonly StepOrder _order;

    /// <param name="recipe">Shares, lengths, seed.</param>
    /// <param name="texts">All texts.</param>
    /// <param name="labels">The labels by index.</param>
    /// <param name="tokenizer">The vocabulary.</param>
    /// <remarks>Errors: TRN0551 a part is empty; TRN0552 an unknown label; TRN0553 a text is too long.</remarks>
    public LabelRows(ClassifierRecipe recipe, IReadOnlyList<LabelledText> texts, IReadOnlyList<string> labels, ITokenizer tokenizer)
    {
        var (validation, test, tested) = (new List<EncoderRow>(), new List<EncoderRow>(), new List<LabelledText>());
        foreach (var text in texts)
        {
            var row = RowOf(recipe, text, labels, tokenizer);
            var place = new SeededRandom(0).Fork(string.Join(' ', text.Words)).NextDouble();
            if (place < recipe.TestShare)
            {
                test.Add(row);
                tested.Add(text);
            }
            else
            {
                (place < recipe.TestShare + recipe.ValidationShare ? validation : _training).Add(row);
            }
        }

        if (_training.Count == 0 || validation.Count == 0 || test.Count == 0)
        {
            throw new TrainingException("TRN0551", $"Parting the texts failed: found {_training.Count} to learn from, {validation.Count} for validation and {test.Count} for the test; expected at least one of each. Give more texts, or larger shares. File: {recipe.File}.");
        }

        (HeldOut, Test, Tested) = ([.. validation.Take(recipe.Loop.Evaluation.Rows)], test, tested);
        _order = new StepOrder([.. _training.Select(row => row.Ids.Length)], recipe.Rows * recipe.Accumulation, new SeededRandom(recipe.Loop.Seed).Fork("order"));
    }

    public BatchPosition Position
    {
        get => _order.Position;
        set => _order.Position = value;
    }

    public IReadOnlyList<EncoderRow> HeldOut { get; }

    /// <summary>Rows of the test, and their texts.</summary>
    public IReadOnlyList<EncoderRow> Test { get; }

    public IReadOnlyList<LabelledText> Tested { get; }

    /// <summary>Rows to learn from.</summary>
    public IReadOnlyList<EncoderRow> Training => _training;

    public IReadOnlyList<EncoderRow> Next(int step) => [.. _order.Next().Select(index => _training[index])];

    private static EncoderRow RowOf(ClassifierRecipe recipe, LabelledText text, IReadOnlyList<string> labels, ITokenizer tokenizer)
    {
        var special = EncoderTokens.Of(tokenizer);
        var (ids, targets) = (new List<int> { special.Begin }, new List<int> { Ignored });
        for (var i = 0; i < text.Words.Count; i++)
        {
            var label = 0;
            while (label < labels.Count && labels[label] != text.Labels[i])
            {
                label++;
            }

            if (label == labels.Count)
            {
                throw new TrainingException("TRN0552", $"Reading labels failed: line {text.Line + i} of '{recipe.File}' has the label '{text.Labels[i]}'; expected one of {string.Join(", ", labels)}. Correct the line, or complete data.labels.");
            }

            var before = ids.Count;
            tokenizer.Encode(text.Words[i], addSpecialTokens: false, parseSpecialTokens: false, ids);

            // A word's first piece has its label.
            targets.AddRange(Enumerable.Range(before, ids.Count - before).Select(place => place == before ? label : Ignored));
            targets[0] = label;
        }

        if (ids.Count + 1 > recipe.Length)
        {
            if (!recipe.CutsLongTexts)
            {
                throw new TrainingException("TRN0553", $"Encoding a text failed: that of line {text.Line} of '{recipe.File}' has {ids.Count + 1} tokens; expected at most {recipe.Length} (batch.sequence). Raise it, or set data.long_texts to cut.");
            }

            ids.RemoveRange(recipe.Length - 1, ids.Count - recipe.Length + 1);
            targets.RemoveRange(recipe.Length - 1, targets.Count - recipe.Length + 1);
        }

        ids.Add(special.End);
        targets.Add(Ignored);
        var sequenceLabel = targets[0];
        targets[0] = Ignored;
        return new EncoderRow([.. ids], new int[ids.Count], recipe.LabelsWords ? [.. targets] : [sequenceLabel]);
    }
}
