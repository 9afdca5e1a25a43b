using System.Text.Json;

namespace Gyre.Models.Tokenizers.Training;

/// <summary>A freshly trained byte-level BPE vocabulary. Immutable.</summary>
/// <remarks>Ids: special tokens, then the 256 bytes in the order of GPT-2's spelling, then the merges.</remarks>
public sealed class TrainedVocabulary
{
    private readonly BpeTrainerOptions _options;

    internal TrainedVocabulary(BpeTrainerOptions options, IReadOnlyList<(string Left, string Right)> merges)
    {
        _options = options;
        Merges = merges;
        var bytes = Enumerable.Range(0, 256).Select(value => ByteAlphabet.Spell((byte)value)).Order().Select(unit => unit.ToString());
        Tokens = [.. options.SpecialTokens, .. bytes, .. merges.Select(merge => merge.Left + merge.Right).Distinct(StringComparer.Ordinal)];
    }

    /// <summary>Every token by id, in GPT-2's printable spelling of bytes; special tokens as they are.</summary>
    public IReadOnlyList<string> Tokens { get; }

    /// <summary>The merges in rank order, in the same spelling.</summary>
    public IReadOnlyList<(string Left, string Right)> Merges { get; }

    /// <summary>The special tokens, which have the first ids.</summary>
    public IReadOnlyList<string> SpecialTokens => _options.SpecialTokens;

    /// <summary>Writes the vocabulary as <c>tokenizer.json</c> (version 1.0), which <see cref="TokenizerLoader"/> reads back.</summary>
    public void WriteTokenizerJson(Stream destination)
    {
        ArgumentNullException.ThrowIfNull(destination);
        using var json = new Utf8JsonWriter(
            destination,
            new JsonWriterOptions { Indented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        TokenizerJsonWriter.Write(json, this, _options.PreTokenizer);
    }

    /// <summary>The tokenizer itself.</summary>
    public ITokenizer ToTokenizer()
    {
        using var json = new MemoryStream();
        WriteTokenizerJson(json);
        json.Position = 0;
        return TokenizerLoader.FromTokenizerJson(json);
    }

    /// <summary>Writes <c>tokenizer.json</c> and, for the begin and end tokens, <c>tokenizer_config.json</c> into a folder.</summary>
    /// <param name="folder">Created when absent.</param>
    /// <param name="endToken">The special token that ends a sequence; null for none.</param>
    /// <param name="beginToken">The special token that begins a sequence; null for none.</param>
    /// <param name="chatTemplate">The Jinja template to keep beside them; null for none.</param>
    /// <remarks>Errors: <see cref="ModelException"/> RUN0121 when a file cannot be written.</remarks>
    public void Save(string folder, string? endToken = null, string? beginToken = null, string? chatTemplate = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        try
        {
            Directory.CreateDirectory(folder);
            using (var stream = File.Create(Path.Combine(folder, "tokenizer.json")))
            {
                WriteTokenizerJson(stream);
            }

            using var configuration = File.Create(Path.Combine(folder, "tokenizer_config.json"));
            using var json = new Utf8JsonWriter(configuration, new JsonWriterOptions { Indented = true });
            TokenizerJsonWriter.WriteConfiguration(json, beginToken, endToken, chatTemplate);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw TokenizerErrors.Unwritable(folder, exception);
        }
    }
}
