using Gyre.Contracts;
using Gyre.Models.Architectures;
using Gyre.Models.Constraints;
using Gyre.Models.Embeddings;
using Gyre.Models.Encoders;
using Gyre.Models.Generation;
using Gyre.Models.SequenceToSequence;
using Gyre.Models.Templates;
using Gyre.Models.Tokenizers;
using Gyre.Models.Tools;

namespace Gyre.Models;

/// <summary>A loaded model: weights, tokenizer and template, with the engine that runs them.</summary>
/// <remarks>Owns: everything it was made of, until disposed. Safe for many callers at once.</remarks>
public sealed class LanguageModel : IAsyncDisposable
{
    /// <summary>Enough for the forms that the applications of one model use; each is small until it is used.</summary>
    private const int MostForms = 128;

    private readonly ConversationEncoder _conversations;

    /// <summary>Joins the parts of a model; takes ownership of the decoder and the generator.</summary>
    public LanguageModel(
        string name,
        string digest,
        ITokenizer tokenizer,
        ChatTemplate? template,
        IDecoder decoder,
        ITextGenerator generator)
    {
        _conversations = new ConversationEncoder(tokenizer, template);
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

    /// <summary>The template, or for a base model without one the plain joining of the messages' texts.</summary>
    public ChatTemplate EffectiveTemplate => _conversations.EffectiveTemplate;

    /// <summary>The model as one that writes answers to sources; null for one that continues text. A prompt is its source.</summary>
    /// <remarks>Owns: it belongs to the model and ends with it.</remarks>
    public SequenceToSequenceModel? SequenceToSequence { get; init; }

    /// <summary>An answer's limit where a request names none: the model's own, or all that its context holds.</summary>
    public int DefaultMaxTokens => SequenceToSequence?.Settings.Search.MaxTokens ?? Decoder.ContextLength;

    /// <summary>The encoder-only model that this is; null for one that continues text.</summary>
    /// <remarks>Owns: it belongs to the model and ends with it. <see cref="Decoder"/> and <see cref="Generator"/> then refuse to run (<c>RUN0602</c>).</remarks>
    public EncoderModel? Encoder { get; private init; }

    /// <summary>Where adapters are loaded beside the network.</summary>
    /// <remarks>Owns: it belongs to the model and ends with it.</remarks>
    public IAdapterHost AdapterHost => Encoder is { } encoder ? encoder.Encoder : Decoder;

    /// <summary>What the model is for.</summary>
    public ModelKind Kind => Encoder?.Kind ?? (SequenceToSequence is null ? ModelKind.Generation : ModelKind.SequenceToSequence);

    /// <summary>The model as a maker of vectors; null when it makes none.</summary>
    /// <remarks>Owns: it belongs to the model and ends with it.</remarks>
    public ITextEmbedder? Embedder { get; init; }

    /// <summary>The model as a judge of documents; null when it is none.</summary>
    public IReranker? Reranker { get; init; }

    /// <summary>Whether its engine has nothing to do.</summary>
    public bool IsIdle => Generator is not TextGenerator { Pending: > 0 };

    /// <summary>The schemas that its answers were asked to obey.</summary>
    internal ConstraintCache Forms { get; } = new(MostForms);

    /// <summary>How this model is told of tools and writes its calls.</summary>
    public ToolFormat ToolFormat => _conversations.ToolFormat;

    /// <summary>An encoder-only model among models; takes ownership of it.</summary>
    internal static LanguageModel Of(EncoderModel encoder, string digest)
    {
        var absent = new AbsentDecoder(encoder);
        return new LanguageModel(encoder.Name, digest, encoder.Tokenizer, null, absent, absent)
        {
            Encoder = encoder,
            Embedder = encoder.Embedder,
            Reranker = encoder.Reranker,
        };
    }

    /// <summary>An encoder-only model with its texts run through a loaded adapter (<see cref="EncoderModel.WithAdapter"/>); any other as it is, for its requests name theirs themselves.</summary>
    /// <remarks>Owns: nothing; it ends with this model.</remarks>
    public LanguageModel WithAdapter(string adapter) => Encoder is { } encoder ? Of(encoder.WithAdapter(adapter), Digest) : this;

    /// <summary>Renders a conversation and tokenizes it, ready for the assistant's answer.</summary>
    /// <param name="turns">The conversation, oldest first.</param>
    /// <param name="tools">The functions that the answer may call; null for none.</param>
    /// <param name="addGenerationPrompt">Ends with the opening of the assistant's turn.</param>
    /// <remarks>
    /// Special tokens are read in the template's own text and in system messages; in all other messages, in calls, results
    /// and the descriptions of tools they are plain text, so that nobody forges a role. The begin token is added unless
    /// the template wrote it.
    /// <para>For a model that answers sources the last user message is the source, with the special tokens that it expects.
    /// Errors there: <see cref="ModelException"/> <c>RUN0432</c> for tools, system messages, or no user message.</para>
    /// </remarks>
    public IReadOnlyList<int> RenderPrompt(IReadOnlyList<ChatTurn> turns, IReadOnlyList<ToolDefinition>? tools = null, bool addGenerationPrompt = true)
    {
        ArgumentNullException.ThrowIfNull(turns);
        return SequenceToSequence is { } model
            ? model.TokenizeSource(SourceTurn.Of(turns, tools))
            : _conversations.Encode(turns, tools, addGenerationPrompt);
    }

    /// <summary>What an answer must look like that may call functions and whose text has a form; null when it is free.</summary>
    /// <param name="tools">The functions on offer; <see cref="ToolUse.None"/> for none.</param>
    /// <param name="format">The form of the text; null for free text.</param>
    /// <param name="refuse">Makes the error of a schema that cannot be enforced, out of its place and the reason (<c>RUN0701</c> to <c>RUN0705</c>).</param>
    /// <remarks>The newest are kept and shared. Only the arguments of a function that is neither strict nor forced fall back to any object.</remarks>
    public Constraint? Constrain(ToolUse tools, AnswerFormat? format, Func<string, ModelException, Exception> refuse)
    {
        ArgumentNullException.ThrowIfNull(tools);
        ArgumentNullException.ThrowIfNull(refuse);
        return AnswerConstraints.Create(this, tools, format, refuse);
    }

    /// <summary>Tokenizes a text as a prompt: with the vocabulary's own begin token, once, and without an end token; or as a source, with one.</summary>
    public IReadOnlyList<int> TokenizePrompt(string text, bool parseSpecialTokens = false) => SequenceToSequence is { } model
        ? model.TokenizeSource(text)
        : _conversations.EncodeText(text, parseSpecialTokens);

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (Generator is IAsyncDisposable generator)
        {
            await generator.DisposeAsync();
        }

        Embedder?.Dispose();
        Encoder?.Dispose();
        Decoder.Dispose();
    }
}
