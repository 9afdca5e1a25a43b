using Gyre.Models.Weights;

namespace Gyre.Models.Tokenizers;

/// <summary>Reads the tokenizers of published models from the files that come with them.</summary>
/// <remarks>
/// Files are untrusted: sizes, counts and lengths are limited and every reference is checked.
/// <para>Errors: <see cref="ModelException"/> RUN0100 to RUN0114 (docs/errors.md).</para>
/// </remarks>
public static class TokenizerLoader
{
    /// <summary>Reads the tokenizer of a model folder.</summary>
    /// <remarks>
    /// Taken is the first that is there: <c>tokenizer.json</c>; <c>source_tokenizer.json</c> with <c>target_tokenizer.json</c> (one
    /// tokenizer a language: text is encoded with the first and decoded with the second; give a file as the path for one of them alone);
    /// <c>vocab.json</c> with <c>source.spm</c> and <c>target.spm</c> (Marian:
    /// give <c>target.spm</c> as the path to encode text of the target language); <c>vocab.json</c> with <c>merges.txt</c>;
    /// <c>encoder.json</c> with <c>vocab.bpe</c>; CLIP's <c>bpe_simple_vocab_16e6.txt.gz</c>; <c>vocab.txt</c> (WordPiece);
    /// <c>tokenizer.model</c> (or any single <c>*.model</c>). Special tokens come from
    /// <c>tokenizer_config.json</c>, <c>special_tokens_map.json</c>, <c>added_tokens.json</c>, <c>generation_config.json</c>
    /// and <c>config.json</c> where these exist.
    /// </remarks>
    /// <param name="path">The folder, or one of the files named above.</param>
    /// <param name="preTokenizer">
    /// The pre-tokenisation by its GGUF name (<c>gpt-2</c>, <c>llama-bpe</c>, <c>qwen2</c>, …), for vocabularies kept
    /// as two files, which do not say it themselves; null takes it from the tokenizer's class, or else infers it from the tokens.
    /// </param>
    public static ITokenizer FromFolder(string path, string? preTokenizer = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return File.Exists(path) && Path.GetFileName(path) is PairedTokenizer.SourceName or PairedTokenizer.TargetName ? PairedTokenizer.LoadOne(path)
            : PairedTokenizer.IsIn(path) && !File.Exists(Path.Combine(path, "tokenizer.json")) ? PairedTokenizer.Load(path)
            : new BpeTokenizer(PartsOf(path, preTokenizer));
    }

    /// <summary>What a model folder's tokenizer is made of; as <see cref="FromFolder"/>.</summary>
    internal static TokenizerParts PartsOf(string path, string? preTokenizer = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var folder = File.Exists(path) ? Path.GetDirectoryName(Path.GetFullPath(path)) ?? "." : path;
        if (!Directory.Exists(folder))
        {
            throw TokenizerErrors.NothingFound(folder);
        }

        var configuration = TokenizerConfiguration.Read(folder);
        if (Has("tokenizer.json") && !path.EndsWith(".model", StringComparison.Ordinal))
        {
            var file = Path.Combine(folder, "tokenizer.json");
            return TokenizerJsonLoader.Load(TokenizerFiles.Read(file, JsonVocabulary.MaxBytes), file).With(configuration);
        }

        if (MarianLoader.IsIn(folder))
        {
            var forTarget = path.EndsWith(MarianLoader.TargetName, StringComparison.Ordinal);
            return MarianLoader.Load(folder, forTarget, configuration);
        }

        foreach (var (vocabulary, merges) in new[] { ("vocab.json", "merges.txt"), ("encoder.json", "vocab.bpe") })
        {
            if (Has(vocabulary) && Has(merges))
            {
                return VocabularyFilesLoader.Load(
                    Path.Combine(folder, vocabulary), Path.Combine(folder, merges), configuration, preTokenizer);
            }
        }

        if (Has(ClipParts.MergesName))
        {
            return ClipParts.Load(Path.Combine(folder, ClipParts.MergesName));
        }

        if (Has("vocab.txt"))
        {
            return WordListLoader.Load(Path.Combine(folder, "vocab.txt"), configuration);
        }

        var models = Directory.GetFiles(folder, "*.model");
        var model = Has("tokenizer.model") ? Path.Combine(folder, "tokenizer.model") : models.Length == 1 ? models[0] : null;
        model = path.EndsWith(".model", StringComparison.Ordinal) && File.Exists(path) ? path : model;
        return model is null
            ? throw TokenizerErrors.NothingFound(folder)
            : SentencePieceLoader.Load(TokenizerFiles.Read(model, SentencePieceLoader.MaxBytes), configuration.AddedTokens).With(configuration);

        bool Has(string name) => File.Exists(Path.Combine(folder, name));
    }

    /// <summary>Reads <c>tokenizer.json</c> (version 1.0) whose model is BPE, WordPiece or Unigram.</summary>
    /// <param name="stream">The file, read to its end.</param>
    public static ITokenizer FromTokenizerJson(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        var bytes = TokenizerFiles.Read(stream, JsonVocabulary.MaxBytes, "the size in bytes of tokenizer.json");
        return new BpeTokenizer(TokenizerJsonLoader.Load(bytes, "tokenizer.json"));
    }

    /// <summary>The name under which GGUF files know the pre-tokenisation of a byte-level <c>tokenizer.json</c>.</summary>
    /// <param name="tokenizerJson">The file's text.</param>
    /// <returns>For example <c>qwen2</c>; null when GGUF has no name for it, so that a GGUF file would cut text differently.</returns>
    public static string? GgufPreTokenizerOf(string tokenizerJson)
    {
        ArgumentNullException.ThrowIfNull(tokenizerJson);
        using var json = JsonVocabulary.Parse(System.Text.Encoding.UTF8.GetBytes(tokenizerJson), "tokenizer.json");
        return GgufPreTokenizer.NameOf(json.RootElement);
    }

    /// <summary>Reads a SentencePiece model (<c>tokenizer.model</c>) whose algorithm is BPE or Unigram.</summary>
    /// <param name="stream">The serialised model, read to its end.</param>
    public static ITokenizer FromSentencePiece(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        var bytes = TokenizerFiles.Read(stream, SentencePieceLoader.MaxBytes, "the size in bytes of the SentencePiece model");
        return new BpeTokenizer(SentencePieceLoader.Load(bytes, []));
    }

    /// <summary>Reads the vocabulary that a GGUF file carries: models <c>llama</c>, <c>gpt2</c>, <c>bert</c> and <c>t5</c>.</summary>
    /// <param name="metadata">The file's metadata; everything needed is copied.</param>
    public static ITokenizer FromGguf(GgufMetadata metadata)
    {
        ArgumentNullException.ThrowIfNull(metadata);
        return new BpeTokenizer(GgufTokenizerLoader.Load(metadata));
    }
}
