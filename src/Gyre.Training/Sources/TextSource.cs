using System.Text;
using Gyre.Contracts;
using Gyre.Models.Tokenizers;
using Gyre.Training.Recipes;

namespace Gyre.Training.Sources;

/// <summary>Documents in text files, parted by a separator; a seeded share of them is kept for validation.</summary>
internal sealed class TextSource : ICorpusSource
{
    internal const string EndOfText = "<|endoftext|>";

    /// <summary>A document longer than this is cut, so that a file without separators is not held whole.</summary>
    private const int MaxDocumentCharacters = 1 << 20;

    private const int BlockCharacters = 1 << 16;

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly CorpusRecipe _recipe;

    public TextSource(CorpusRecipe recipe)
    {
        _recipe = recipe;
        foreach (var path in recipe.TextFiles.Where(path => !File.Exists(path)))
        {
            throw new TrainingException("TRN0040", $"Reading the corpus failed: the text file '{path}' does not exist. Check corpus.text; relative paths count from the recipe's folder.");
        }

        Description = $"Text of {string.Join(", ", recipe.TextFiles.Select(Path.GetFileName))}; {(recipe.KeepsTail ? $"the last {recipe.ValidationShare:P0} are" : $"{recipe.ValidationShare:P0} of the documents are")} kept for validation";
    }

    public string Description { get; }

    public IReadOnlyList<string> SpecialTokens => [EndOfText];

    public string PreTokenizer => "gpt-2";

    public IReadOnlyList<string> EndTokens => [EndOfText];

    public string? ChatTemplate => null;

    public long ExpectedDocuments => 0;

    public IEnumerable<string> Texts() => Documents(isValidation: false);

    public IEnumerable<string> Encode(ITokenizer tokenizer, bool isValidation, List<int> ids, List<bool> counts)
    {
        var end = tokenizer.FindToken(EndOfText) ?? (tokenizer.EndIds.Count > 0 ? tokenizer.EndIds[0] : (int?)null)
            ?? throw new TrainingException("TRN0042", $"Encoding the corpus failed: the vocabulary of {tokenizer.VocabularySize} tokens has neither '{EndOfText}' nor an end token. Choose another tokenizer, or train one with tokenizer.vocabulary.");
        foreach (var text in Documents(isValidation))
        {
            ids.Clear();
            counts.Clear();
            tokenizer.Encode(text, addSpecialTokens: true, parseSpecialTokens: false, ids);
            if (ids.Count == 0 || ids[^1] != end)
            {
                ids.Add(end);
            }

            counts.AddRange(Enumerable.Repeat(true, ids.Count));
            yield return "text";
        }
    }

    public void EncodePrompt(string prompt, ITokenizer tokenizer, List<int> ids)
    {
        var added = new List<int>();
        tokenizer.Encode(prompt, addSpecialTokens: true, parseSpecialTokens: false, added);
        if (added.Count > 1 && tokenizer.EndIds.Contains(added[^1]))
        {
            added.RemoveAt(added.Count - 1);
        }

        ids.AddRange(added);
    }

    private IEnumerable<string> Documents(bool isValidation)
    {
        var random = new SeededRandom(0).Fork("validation");
        foreach (var path in _recipe.TextFiles)
        {
            foreach (var text in _recipe.KeepsTail ? Part(path, isValidation) : Split(path).Where(_ => random.NextDouble() < _recipe.ValidationShare == isValidation))
            {
                yield return text;
            }
        }
    }

    /// <summary>The first or the last part of a file's documents; the one that the border falls into is cut there.</summary>
    private IEnumerable<string> Part(string path, bool isTail)
    {
        var border = (long)(Split(path).Sum(text => (long)text.Length) * (1 - _recipe.ValidationShare));
        var at = 0L;
        foreach (var text in Split(path))
        {
            var cut = (int)Math.Clamp(border - at, 0, text.Length);
            at += text.Length;
            if ((isTail ? text[cut..] : text[..cut]) is { Length: > 0 } part)
            {
                yield return part;
            }
        }
    }

    private IEnumerable<string> Split(string path)
    {
        using var reader = new StreamReader(path, Strict);
        var block = new char[BlockCharacters];
        var pending = new StringBuilder();
        while (true)
        {
            var count = ReadBlock(reader, block, path);
            pending.Append(block, 0, count);
            var text = pending.ToString();
            var at = 0;
            for (var next = text.IndexOf(_recipe.Separator, StringComparison.Ordinal); next >= 0; next = text.IndexOf(_recipe.Separator, at, StringComparison.Ordinal))
            {
                if (!string.IsNullOrWhiteSpace(text[at..next]))
                {
                    yield return text[at..next].Trim();
                }

                at = next + _recipe.Separator.Length;
            }

            pending.Remove(0, at);
            if (count == 0 || pending.Length >= MaxDocumentCharacters)
            {
                var rest = pending.ToString().Trim();
                pending.Clear();
                if (rest.Length > 0)
                {
                    yield return rest;
                }
            }

            if (count == 0)
            {
                yield break;
            }
        }
    }

    private static int ReadBlock(StreamReader reader, char[] block, string path)
    {
        try
        {
            return reader.ReadBlock(block, 0, block.Length);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or DecoderFallbackException)
        {
            throw new TrainingException("TRN0040", $"Reading the corpus failed: '{path}' cannot be read as UTF-8 text ({error.Message.TrimEnd('.')}). Convert the file to UTF-8.", error);
        }
    }
}
