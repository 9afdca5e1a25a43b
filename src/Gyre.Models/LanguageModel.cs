using Gyre.Models.Architectures;
using Gyre.Models.Generation;
using Gyre.Models.Templates;
using Gyre.Models.Tokenizers;

namespace Gyre.Models;

/// <summary>A loaded model: weights, tokenizer and template, with the engine that runs them.</summary>
/// <remarks>Owns: everything it was made of, until disposed. Safe for many callers at once.</remarks>
public sealed class LanguageModel : IAsyncDisposable
{
    /// <summary>Joins the parts of a model; takes ownership of the decoder and the generator.</summary>
    public LanguageModel(
        string name,
        string digest,
        ITokenizer tokenizer,
        ChatTemplate? template,
        IDecoder decoder,
        ITextGenerator generator)
    {
        Name = name;
        Digest = digest;
        Tokenizer = tokenizer;
        Template = template;
        Decoder = decoder;
        Generator = generator;
    }

    /// <summary>The name it was loaded under.</summary>
    public string Name { get; }

    /// <summary>SHA-256 of its weight files, lowercase hexadecimal.</summary>
    public string Digest { get; }

    /// <summary>Text to ids and back.</summary>
    public ITokenizer Tokenizer { get; }

    /// <summary>Renders a conversation; null when the model has none (a base model).</summary>
    public ChatTemplate? Template { get; }

    /// <summary>The network.</summary>
    public IDecoder Decoder { get; }

    /// <summary>The engine that continues prompts.</summary>
    public ITextGenerator Generator { get; }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (Generator is IAsyncDisposable generator)
        {
            await generator.DisposeAsync();
        }

        Decoder.Dispose();
    }
}
