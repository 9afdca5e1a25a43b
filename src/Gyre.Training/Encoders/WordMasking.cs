using Gyre.Contracts;
using Gyre.Models.Tokenizers;

namespace Gyre.Training.Encoders;

/// <summary>Hides words that the model is to find: most become the mask token, some another word, some stay.</summary>
/// <remarks>Source: Devlin et al. 2018 (BERT), section 3.1 and appendix A; whole words as in the authors' release of 2019.</remarks>
internal sealed class WordMasking
{
    private const int Ignored = -100;
    private readonly double _share;
    private readonly double _masked;
    private readonly double _random;
    private readonly EncoderTokens _special;
    private readonly bool[] _continues;
    private readonly int[] _words;

    /// <param name="recipe">Shares.</param>
    /// <param name="tokenizer">The vocabulary.</param>
    public WordMasking(WordMaskingRecipe recipe, ITokenizer tokenizer)
    {
        (_share, _masked, _random) = (recipe.Share, recipe.Masked, recipe.Random);
        _special = EncoderTokens.Of(tokenizer);
        _continues = [.. Enumerable.Range(0, tokenizer.VocabularySize).Select(id => recipe.WholeWords && tokenizer.GetToken(id).StartsWith("##", StringComparison.Ordinal))];
        _words = [.. Enumerable.Range(0, tokenizer.VocabularySize).Where(id => !tokenizer.IsSpecial(id))];
    }

    /// <summary>Masks a sequence.</summary>
    /// <param name="ids">Token ids, special ones included; never masked.</param>
    /// <param name="random">Decides; equal sources decide alike.</param>
    /// <returns>What the model reads, and for each token what it was where it is to be found. One word at least is hidden.</returns>
    public EncoderRow Mask(IReadOnlyList<int> ids, SeededRandom random)
    {
        var inputs = ids.ToArray();
        var targets = new int[inputs.Length];
        targets.AsSpan().Fill(Ignored);
        var starts = new List<int>();
        for (var i = 0; i < inputs.Length; i++)
        {
            if (IsWord(inputs[i]) && (!_continues[inputs[i]] || i == 0 || !IsWord(inputs[i - 1])))
            {
                starts.Add(i);
            }
        }

        if (starts.Count == 0)
        {
            return new EncoderRow(inputs, new int[inputs.Length], targets);
        }

        var chosen = starts.Where(_ => random.NextDouble() < _share).ToList();
        if (chosen.Count == 0)
        {
            chosen.Add(starts[random.NextInt32(starts.Count)]);
        }

        foreach (var start in chosen)
        {
            for (var i = start; i < inputs.Length && IsWord(ids[i]) && (i == start || _continues[ids[i]]); i++)
            {
                targets[i] = inputs[i];
                var fate = random.NextDouble();
                inputs[i] = fate < _masked ? _special.Mask : fate < _masked + _random ? _words[random.NextInt32(_words.Length)] : inputs[i];
            }
        }

        return new EncoderRow(inputs, new int[inputs.Length], targets);
    }

    private bool IsWord(int id) => id != _special.Begin && id != _special.End && id != _special.Pad;
}
