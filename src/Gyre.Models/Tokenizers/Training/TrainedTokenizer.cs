namespace Gyre.Models.Tokenizers.Training;

/// <summary>A freshly trained tokenizer of any kind. Immutable.</summary>
public sealed class TrainedTokenizer
{
    private readonly byte[] _json;

    internal TrainedTokenizer(VocabularyKind kind, IReadOnlyList<string> tokens, IReadOnlyList<double> scores, byte[] json)
    {
        Kind = kind;
        Tokens = tokens;
        Scores = scores;
        _json = json;
    }

    /// <summary>The kind.</summary>
    public VocabularyKind Kind { get; }

    /// <summary>Every token by id, in the vocabulary's own spelling; special tokens first.</summary>
    public IReadOnlyList<string> Tokens { get; }

    /// <summary>The log-probability of each token (Unigram); empty for other kinds.</summary>
    public IReadOnlyList<double> Scores { get; }

    /// <summary>Writes <c>tokenizer.json</c> (version 1.0), which <see cref="TokenizerLoader"/> reads back.</summary>
    public void WriteTokenizerJson(Stream destination)
    {
        ArgumentNullException.ThrowIfNull(destination);
        destination.Write(_json);
    }

    /// <summary>The tokenizer itself.</summary>
    public ITokenizer ToTokenizer() => TokenizerLoader.FromTokenizerJson(new MemoryStream(_json, writable: false));

    /// <summary>Writes <c>tokenizer.json</c> into a folder, which is created when absent.</summary>
    /// <remarks>Errors: <see cref="ModelException"/> RUN0121 when it cannot be written.</remarks>
    public string Save(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        var path = Path.Combine(folder, "tokenizer.json");
        try
        {
            Directory.CreateDirectory(folder);
            File.WriteAllBytes(path, _json);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw TokenizerErrors.Unwritable(path, exception);
        }

        return path;
    }
}
