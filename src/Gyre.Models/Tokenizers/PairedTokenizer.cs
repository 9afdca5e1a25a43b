using System.Buffers;

namespace Gyre.Models.Tokenizers;

/// <summary>The tokenizers of two languages as one: sources are encoded with the first, answers decoded with the second.</summary>
/// <remarks>
/// Ids that go in are the source language's, ids that come out the target's; <see cref="ITokenizer.GetToken"/>,
/// <see cref="ITokenizer.FindToken"/> and <see cref="ITokenizer.IsSpecial"/> speak of the target's, which is what a model writes.
/// </remarks>
/// <param name="source">The language that is read.</param>
/// <param name="target">The language that is written.</param>
internal sealed class PairedTokenizer(ITokenizer source, ITokenizer target) : ITokenizer
{
    /// <summary>The source language's file in a model folder.</summary>
    public const string SourceName = "source_tokenizer.json";

    /// <summary>The target language's file in a model folder.</summary>
    public const string TargetName = "target_tokenizer.json";

    public int VocabularySize => target.VocabularySize;

    public int? BeginId => target.BeginId;

    public IReadOnlyList<int> EndIds => target.EndIds;

    /// <summary>True for a folder with both files.</summary>
    public static bool IsIn(string folder) => File.Exists(Path.Combine(folder, SourceName)) && File.Exists(Path.Combine(folder, TargetName));

    /// <summary>Reads a folder with both files.</summary>
    public static ITokenizer Load(string folder) =>
        new PairedTokenizer(LoadOne(Path.Combine(folder, SourceName)), LoadOne(Path.Combine(folder, TargetName)));

    /// <summary>Reads one of the two files, with what the folder's configuration says of special tokens.</summary>
    public static ITokenizer LoadOne(string path)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(path)) ?? ".";
        var parts = TokenizerJsonLoader.Load(TokenizerFiles.Read(path, JsonVocabulary.MaxBytes), path);
        return new BpeTokenizer(parts.With(TokenizerConfiguration.Read(folder)));
    }

    public void Encode(ReadOnlySpan<char> text, bool addSpecialTokens, bool parseSpecialTokens, List<int> destination) =>
        source.Encode(text, addSpecialTokens, parseSpecialTokens, destination);

    public EncodedPair EncodePair(string first, string? second, PairEncodingOptions? options = null) => source.EncodePair(first, second, options);

    public void AppendBytes(int id, bool isFirst, bool includeSpecial, IBufferWriter<byte> destination) => target.AppendBytes(id, isFirst, includeSpecial, destination);

    public string Decode(ReadOnlySpan<int> ids) => target.Decode(ids);

    public string GetToken(int id) => target.GetToken(id);

    public int? FindToken(string token) => target.FindToken(token);

    public bool IsSpecial(int id) => target.IsSpecial(id);

    public bool IsText(int id) => target.IsText(id);
}
