using Gyre.Models.Architectures;
using Gyre.Models.Tokenizers;

namespace Gyre.Models.Encoders;

/// <summary>Says which words may stand where a text has the model's mask token.</summary>
/// <remarks>Owns: nothing; it ends with its model. Safe for several threads.</remarks>
public sealed class FillMask
{
    private const int MostWords = 1000;
    private static readonly string[] MaskTokens = ["[MASK]", "<mask>"];
    private readonly EncoderRunner _runner;
    private readonly ITokenizer _tokenizer;
    private readonly TextReader _reader;
    private readonly int? _mask;

    internal FillMask(EncoderRunner runner, ITokenizer tokenizer)
    {
        (_runner, _tokenizer, _reader) = (runner, tokenizer, new TextReader(runner, tokenizer));
        MaskToken = Array.Find(MaskTokens, token => tokenizer.FindToken(token) is not null);
        _mask = MaskToken is null ? null : tokenizer.FindToken(MaskToken);
    }

    /// <summary>How the mask token is written in a text, for example <c>[MASK]</c>; null when the vocabulary has none.</summary>
    public string? MaskToken { get; }

    /// <summary>Finds words for every masked place of texts; special tokens in the texts are read as such.</summary>
    /// <param name="texts">Each has the mask token once or more.</param>
    /// <param name="count">How many words for each place; 1 to 1,000.</param>
    /// <param name="cancellationToken">Ends the work early.</param>
    /// <returns>For each text its masked places, in its order.</returns>
    /// <remarks>Errors: <see cref="ModelException"/> <c>RUN0301</c> a text that is too long, <c>RUN0603</c> one without a mask token, <c>RUN0604</c> a count that cannot be.</remarks>
    public Task<IReadOnlyList<IReadOnlyList<MaskedPlace>>> FillAsync(IEnumerable<string> texts, int count = 5, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(texts);
        if (count is < 1 or > MostWords)
        {
            throw EncoderErrors.BadOption("Filling masked words", $"{count} words for each place were asked for", $"1 to {MostWords}");
        }

        var all = texts.ToList();
        return Task.Run(() => Fill(all, count, cancellationToken), cancellationToken);
    }

    private IReadOnlyList<IReadOnlyList<MaskedPlace>> Fill(List<string> texts, int count, CancellationToken cancellationToken)
    {
        var mask = _mask ?? throw EncoderErrors.NoMask("the vocabulary has no mask token", "Use a model that was trained with one.");
        var read = new List<EncodedPair>();
        var places = new List<int[]>();
        foreach (var text in texts)
        {
            var (tokens, isCut) = _reader.Read(new TextPair(text), parsesSpecialTokens: true);
            if (isCut)
            {
                throw EncoderErrors.TooLong(read.Count, _tokenizer.EncodePair(text, null).Ids.Count, _runner.MaxTokens);
            }

            int[] masked = [.. Enumerable.Range(0, tokens.Ids.Count).Where(token => tokens.Ids[token] == mask)];
            places.Add(masked.Length > 0 ? masked : throw EncoderErrors.NoMask($"text {read.Count} has no masked place", $"Write {MaskToken} where a word is missing."));
            read.Add(tokens);
        }

        var results = new IReadOnlyList<MaskedPlace>[texts.Count];
        var inputs = read.Select((text, i) => EncoderInput.From(text, _runner.Encoder.TokenTypes) with { Rows = places[i] }).ToList();
        _runner.Run(inputs, EncoderOutput.Head, Take, cancellationToken);
        return results;

        void Take(int index, ReadOnlySpan<float> rows)
        {
            var width = rows.Length / places[index].Length;
            var found = new List<MaskedPlace>();
            for (var i = 0; i < places[index].Length; i++)
            {
                found.Add(new MaskedPlace(read[index].Spans[places[index][i]], Likeliest(rows.Slice(i * width, width), count)));
            }

            results[index] = found;
        }
    }

    private IReadOnlyList<MaskedWord> Likeliest(ReadOnlySpan<float> logits, int count)
    {
        var probabilities = Probabilities.Of(ClassificationProblem.SingleLabel, logits);
        var ids = Enumerable.Range(0, Math.Min(probabilities.Length, _tokenizer.VocabularySize));
        return [.. ids.OrderByDescending(id => probabilities[id]).ThenBy(id => id).Take(count).Select(id => new MaskedWord(id, _tokenizer.GetToken(id), probabilities[id]))];
    }
}
