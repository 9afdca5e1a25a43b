namespace Gyre.Models.Tokenizers;

/// <summary>Reads a Marian folder: two SentencePiece models that cut text, and one vocabulary that numbers the pieces of both.</summary>
/// <remarks>
/// Text of the source language is cut by <c>source.spm</c>; each piece has the id that <c>vocab.json</c> gives it, or the unknown
/// token's. A target language such as <c>&gt;&gt;fra&lt;&lt;</c> is one token where the text begins with it. Decoding follows <c>target.spm</c>.
/// <para>Source: MarianTokenizer of Hugging Face transformers.</para>
/// </remarks>
internal static class MarianLoader
{
    /// <summary>The three files, by name.</summary>
    public const string SourceName = "source.spm";

    /// <summary>The model of the target language.</summary>
    public const string TargetName = "target.spm";

    /// <summary>The ids of the pieces of both.</summary>
    public const string VocabularyName = "vocab.json";

    /// <summary>True for a folder with all three files.</summary>
    public static bool IsIn(string folder) =>
        Array.TrueForAll([SourceName, TargetName, VocabularyName], name => File.Exists(Path.Combine(folder, name)));

    /// <summary>Reads a folder.</summary>
    /// <param name="folder">Holds the three files.</param>
    /// <param name="forTarget">Cuts text of the target language, for training and scoring.</param>
    /// <param name="configuration">The names of the special tokens.</param>
    public static TokenizerParts Load(string folder, bool forTarget, TokenizerConfiguration configuration)
    {
        var path = Path.Combine(folder, VocabularyName);
        var vocabulary = new Vocabulary(path, 65_536);
        using (var document = JsonVocabulary.Parse(TokenizerFiles.Read(path, JsonVocabulary.MaxBytes), path))
        {
            JsonVocabulary.AddTo(vocabulary, document.RootElement, "the vocabulary");
            JsonVocabulary.CheckDensity(vocabulary, document.RootElement.EnumerateObject().Count());
        }

        var end = Special(configuration.End ?? "</s>");
        var unknown = Special("<unk>");
        int?[] special = [end, unknown, vocabulary.Find("<pad>")];
        var added = special.OfType<int>().Select(id => new AddedToken(id, vocabulary[id], IsSpecial: true)).ToList();
        for (var id = 0; id < vocabulary.Count; id++)
        {
            if (vocabulary[id].StartsWith(">>", StringComparison.Ordinal) && vocabulary[id].EndsWith("<<", StringComparison.Ordinal))
            {
                added.Add(new AddedToken(id, vocabulary[id], IsSpecial: false, IsOnlyFirst: true));
                vocabulary.SetKind(id, TokenKind.UserDefined);
            }
        }

        foreach (var token in added.Where(token => token.IsSpecial))
        {
            vocabulary.SetKind(token.Id, token.Id == unknown ? TokenKind.Unknown : TokenKind.Control);
        }

        var target = Model(TargetName);
        var cutting = forTarget ? target : Model(SourceName);
        return cutting with
        {
            Vocabulary = vocabulary,
            Bytes = SentencePieceLoader.BytesOf(vocabulary, vocabulary[unknown]),
            WordEncoder = new JointWordEncoder(cutting.WordEncoder, cutting.Vocabulary, vocabulary, unknown),
            AddedTokens = [.. added, .. cutting.AddedTokens.Where(token => !token.IsSpecial).Select(token => token with { Id = vocabulary.Find(token.Content) ?? unknown })],
            Prefix = [],
            Suffix = [end],
            Decoding = target.Decoding,
            BeginId = null,
            EndIds = [end],
        };

        TokenizerParts Model(string name) =>
            SentencePieceLoader.Load(TokenizerFiles.Read(Path.Combine(folder, name), SentencePieceLoader.MaxBytes), []);

        int Special(string token) => vocabulary.Find(token)
            ?? throw TokenizerErrors.InvalidVocabulary(path, $"there is no token '{token}'", "the end and the unknown token");
    }
}
