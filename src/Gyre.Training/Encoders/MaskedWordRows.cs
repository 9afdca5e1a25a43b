using Gyre.Contracts;
using Gyre.Models.Tokenizers;
using Gyre.Training.Packing;

namespace Gyre.Training.Encoders;

/// <summary>Pieces of documents with words hidden anew in every pass.</summary>
internal sealed class MaskedWordRows : IEncoderRows
{
    private readonly WordMasking _masking;
    private readonly SeededRandom _random;
    private readonly List<int[]> _pieces;
    private readonly StepOrder _order;

    /// <param name="recipe">Masking, lengths, seed.</param>
    /// <param name="tokenizer">The vocabulary.</param>
    /// <param name="documents">The texts.</param>
    public MaskedWordRows(EncoderRecipe recipe, ITokenizer tokenizer, EncoderDocuments documents)
    {
        _masking = new WordMasking(recipe.Masking, tokenizer);
        _random = new SeededRandom(recipe.Loop.Seed).Fork("masks");
        _pieces = Cut(documents.Training, tokenizer, recipe.Sequence);
        _order = new StepOrder([.. _pieces.Select(piece => piece.Length)], recipe.Rows * recipe.Accumulation, new SeededRandom(recipe.Loop.Seed).Fork("order"));
        HeldOut = [.. Cut(documents.Validation, tokenizer, recipe.Sequence).Take(recipe.Loop.Evaluation.Rows)
            .Select((piece, i) => _masking.Mask(piece, new SeededRandom(0).Fork($"held out {i}")))];
        Tokens = _pieces.Sum(piece => (long)piece.Length);
    }

    public BatchPosition Position
    {
        get => _order.Position;
        set => _order.Position = value;
    }

    public IReadOnlyList<EncoderRow> HeldOut { get; }

    /// <summary>Pieces of a pass.</summary>
    public int Pieces => _pieces.Count;

    /// <summary>Tokens of a pass.</summary>
    public long Tokens { get; }

    public IReadOnlyList<EncoderRow> Next(int step)
    {
        var indices = _order.Next();

        // The pass is part of the place, so that words are hidden anew each time and a resumed run hides the same.
        return [.. indices.Select(index => _masking.Mask(_pieces[index], _random.Fork($"{_order.Position.Epoch} {index}")))];
    }

    /// <summary>Documents as sequences between the begin and end tokens; longer ones are cut.</summary>
    private static List<int[]> Cut(IReadOnlyList<string> documents, ITokenizer tokenizer, int length)
    {
        var special = EncoderTokens.Of(tokenizer);
        var (pieces, ids) = (new List<int[]>(), new List<int>());
        foreach (var document in documents)
        {
            ids.Clear();
            tokenizer.Encode(document, addSpecialTokens: false, parseSpecialTokens: false, ids);
            pieces.AddRange(ids.Chunk(length - 2).Select(chunk => (int[])[special.Begin, .. chunk, special.End]));
        }

        return pieces;
    }
}
