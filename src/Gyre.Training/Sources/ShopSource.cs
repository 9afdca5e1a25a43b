using Gyre.Contracts;
using Gyre.Models.Templates;
using Gyre.Models.Tokenizers;
using Gyre.Training.Corpus;
using Gyre.Training.Recipes;

namespace Gyre.Training.Sources;

/// <summary>The generated conversations of the shop; validation rows are held-out families and subjects.</summary>
internal sealed class ShopSource : ICorpusSource
{
    /// <summary>
    /// Moves the validation rows to a seed of their own, so that the rows that choose the best checkpoint are not the
    /// ones an evaluation draws with the recipe's seed.
    /// </summary>
    private const ulong ValidationSeedOffset = 0x5EED_0000;

    private const int ValidationRowsPerTask = 40;

    private readonly ShopCorpus _corpus;
    private readonly ShopCorpus _validation;
    private readonly int _examples;
    private readonly double _promptShare;

    public ShopSource(CorpusRecipe recipe)
    {
        _corpus = recipe.CreateShop();
        _validation = recipe.CreateShop(ValidationSeedOffset);
        _examples = recipe.ShopExamples;
        _promptShare = recipe.ShopPromptShare;
        Description = $"Conversations of the StyleSprint shop, generated from seed {recipe.ShopSeed}; validation documents are of template families and products that training never shows";
    }

    public string Description { get; }

    public IReadOnlyList<string> SpecialTokens => ShopChatFormat.SpecialTokens;

    public string PreTokenizer => ShopChatFormat.PreTokenizer;

    public IReadOnlyList<string> EndTokens => [ShopChatFormat.End, ShopChatFormat.EndOfText];

    public string? ChatTemplate => ShopChatFormat.Template;

    public long ExpectedDocuments => _examples;

    public IEnumerable<string> Texts() => _corpus.Training(0, _examples).SelectMany(example => example.Turns).Select(turn => turn.Content);

    public IEnumerable<string> Encode(ITokenizer tokenizer, bool isValidation, List<int> ids, List<bool> counts)
    {
        var examples = isValidation
            ? _validation.HeldOut(ValidationRowsPerTask).Select(AsExample)
            : _corpus.Training(0, _examples);
        long index = 0;
        foreach (var example in examples)
        {
            ids.Clear();
            counts.Clear();
            ShopChatFormat.Encode(example, tokenizer, ids, counts, countPrompts: !isValidation && CountsPrompt(index++));
            yield return example.Task;
        }
    }

    public void EncodePrompt(string prompt, ITokenizer tokenizer, List<int> ids)
    {
        var counts = new List<bool>();
        ShopChatFormat.Encode(new ChatExample("sample", "sample", "sample", [new ChatTurn("user", prompt)]), tokenizer, ids, counts);
        ids.RemoveAt(ids.Count - 1);
        ids.Add(tokenizer.FindToken(ShopChatFormat.Assistant)!.Value); // Encode has checked that the vocabulary holds the special tokens.
    }

    /// <summary>Spreads the share evenly over the conversations: the multiples of the golden ratio fill [0, 1) without clumps.</summary>
    private bool CountsPrompt(long index) => (index * 0.6180339887498949) % 1 < _promptShare;

    private static ChatExample AsExample(DatasetRow row) =>
        new(row.Task, row.Family, row.Subject, [new ChatTurn("user", row.Prompt), new ChatTurn("assistant", row.Reference)]);
}
