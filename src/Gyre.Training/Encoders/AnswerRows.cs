using Gyre.Contracts;
using Gyre.Models.Architectures;
using Gyre.Models.Tokenizers;
using Gyre.Training.Packing;

namespace Gyre.Training.Encoders;

/// <summary>Questions with their passages, generated ones first, a share of them put to a passage that does not answer.</summary>
internal sealed class AnswerRows : IEncoderRows
{
    private const int MostTries = 64;

    /// <summary>The share of asked questions whose passage is shortened too: others for the same questions.</summary>
    private const double Shortened = 0.5;

    private readonly AnswersRecipe _recipe;
    private readonly QuestionWindows _windows;
    private readonly int _mask;
    private readonly IReadOnlyList<QuestionItem> _questions;
    private readonly IReadOnlyList<string> _passages;
    private readonly SeededRandom _random;
    private readonly StepOrder _order;
    private readonly int _rowsOfStep;

    /// <param name="recipe">Shares, lengths, seed.</param>
    /// <param name="configuration">How the model reads a question with its passage.</param>
    /// <param name="tokenizer">The vocabulary.</param>
    /// <param name="splits">Questions.</param>
    /// <param name="passages">What questions are generated from.</param>
    public AnswerRows(AnswersRecipe recipe, EncoderConfiguration configuration, ITokenizer tokenizer, QuestionSplits splits, IReadOnlyList<string> passages)
    {
        (_recipe, _questions, _passages) = (recipe, splits.Training, passages);
        _windows = new QuestionWindows(configuration, tokenizer, recipe.WindowLength, recipe.WindowOverlap);
        _mask = EncoderTokens.Of(tokenizer).Mask;
        _random = new SeededRandom(recipe.Loop.Seed).Fork("questions");
        _rowsOfStep = recipe.Rows * recipe.Accumulation;
        var answered = Math.Max(1, (int)Math.Round(_rowsOfStep * (1 - recipe.GeneratedShare)));
        _order = new StepOrder([.. _questions.Select(item => item.Passage.Length)], answered, new SeededRandom(recipe.Loop.Seed).Fork("order"));
        HeldOut = [.. splits.Development.Take(recipe.Loop.Evaluation.Rows).SelectMany(_windows.Cut)];
    }

    public BatchPosition Position
    {
        get => _order.Position;
        set => _order.Position = value;
    }

    public IReadOnlyList<EncoderRow> HeldOut { get; }

    public IReadOnlyList<EncoderRow> Next(int step)
    {
        var random = _random.Fork($"step {step}");
        var rows = new List<EncoderRow>();
        if (step > _recipe.GeneratedSteps)
        {
            foreach (var index in _order.Next())
            {
                var item = _questions[index];
                var other = random.NextDouble() < _recipe.UnanswerableShare ? QuestionSplits.Pair(item, _questions, random) : null;
                rows.Add(Window(other ?? (random.NextDouble() < Shortened ? Shorten(item, _recipe.LastSentences, random) : item), random));
            }
        }

        while (rows.Count < _rowsOfStep && (step <= _recipe.GeneratedSteps || _recipe.GeneratedShare > 0))
        {
            rows.Add(Window(Generate(step, random), random));
        }

        return rows;
    }

    private QuestionItem Generate(int step, SeededRandom random)
    {
        for (var i = 0; i < MostTries; i++)
        {
            if (ClozeWriter.Write(random.Pick(_passages), random.Pick(_passages), random) is not { } item)
            {
                continue;
            }

            // Passages grow: short ones are learned from in a fraction of the time.
            var (least, most) = (_recipe.FirstSentences, _recipe.LastSentences);
            var sentences = least == 0 ? int.MaxValue
                : step > _recipe.GeneratedSteps ? most
                : least + (int)((most - least + 1) * (step - 1L) / _recipe.GeneratedSteps);
            if (random.NextDouble() < _recipe.UnanswerableShare)
            {
                var other = _passages[random.NextInt32(_passages.Count)];
                var (from, to) = ClozeWriter.Stretch(other, random.NextInt32(other.Length), sentences, random);
                return other == item.Passage ? item : item with { Passage = other[from..to], Answers = [] };
            }

            return Shorten(item, sentences, random);
        }

        throw new TrainingException("TRN0551", $"Generating questions failed: {MostTries} passages of {_passages.Count} in a row held no sentence to ask about; expected prose. Check 'passages', or set generated.steps and generated.share to 0.");
    }

    /// <summary>The same question of fewer sentences, that of its first answer among them.</summary>
    private static QuestionItem Shorten(QuestionItem item, int sentences, SeededRandom random)
    {
        var answer = item.Answers[0];
        var (start, end) = ClozeWriter.Stretch(item.Passage, answer.Start, sentences, random);
        return answer.Start + answer.Text.Length > end ? item : item with { Passage = item.Passage[start..end], Answers = [answer with { Start = answer.Start - start }] };
    }

    /// <summary>One window of a question: one with its answer when there is one.</summary>
    private EncoderRow Window(QuestionItem item, SeededRandom random)
    {
        var windows = _windows.Cut(item).ToArray();
        var answering = windows.Where(row => row.Targets[0] > 0).ToArray();
        var row = answering.Length > 0 ? random.Pick(answering) : random.Pick(windows);
        if (_recipe.HiddenShare > 0)
        {
            // The passage's tokens are of another type than the question's; the last token is the end.
            for (var i = 1; i < row.Ids.Length - 1; i++)
            {
                var isAnswer = row.Targets[0] > 0 && i >= row.Targets[0] && i <= row.Targets[1];
                row.Ids[i] = row.Types[i] > 0 && !isAnswer && random.NextDouble() < _recipe.HiddenShare ? _mask : row.Ids[i];
            }
        }

        return row;
    }
}
