using System.Buffers;

namespace Gyre.Models.Tokenizers;

/// <summary>Turns text into token ids and back. Implementations are immutable and safe for several threads.</summary>
public interface ITokenizer
{
    /// <summary>The number of ids, added tokens included; ids run from 0 to this minus 1.</summary>
    int VocabularySize { get; }

    /// <summary>The id that begins a sequence, when the vocabulary has one.</summary>
    int? BeginId { get; }

    /// <summary>The ids that end generation (end of sequence, end of turn), without duplicates.</summary>
    IReadOnlyList<int> EndIds { get; }

    /// <summary>Appends the ids of a text to <paramref name="destination"/>.</summary>
    /// <param name="text">Any UTF-16 text; unpaired surrogates are read as U+FFFD.</param>
    /// <param name="addSpecialTokens">Adds the begin (and end) ids that the vocabulary's own post-processing adds.</param>
    /// <param name="parseSpecialTokens">
    /// Reads the literal text of special tokens as those tokens. Off for text from outside, on for rendered templates,
    /// where U+FDD0 inside such a text keeps it plain and is dropped.
    /// </param>
    /// <param name="destination">Receives the ids after those it already holds.</param>
    void Encode(ReadOnlySpan<char> text, bool addSpecialTokens, bool parseSpecialTokens, List<int> destination);

    /// <summary>Appends the bytes that one token stands for. Special tokens append their text only when asked to.</summary>
    /// <remarks>
    /// Concatenating the bytes of a sequence and decoding them as UTF-8 gives its text; a token may hold a part of a
    /// character, so decode across token boundaries (see <c>Utf8StreamDecoder</c>).
    /// </remarks>
    /// <param name="id">A token id; an id outside the vocabulary is the caller's bug.</param>
    /// <param name="isFirst">True for the first token of a text: SentencePiece vocabularies drop its leading space.</param>
    /// <param name="includeSpecial">True to append the literal text of special tokens.</param>
    /// <param name="destination">Receives the bytes.</param>
    void AppendBytes(int id, bool isFirst, bool includeSpecial, IBufferWriter<byte> destination);

    /// <summary>The text of a whole sequence, as the reference implementation decodes it, special tokens left out.</summary>
    string Decode(ReadOnlySpan<int> ids);

    /// <summary>The vocabulary's own spelling of a token, for example <c>Ġthe</c>, <c>▁the</c> or <c>&lt;0x0A&gt;</c>.</summary>
    string GetToken(int id);

    /// <summary>The id of a token by the vocabulary's own spelling, or null when there is none.</summary>
    int? FindToken(string token);

    /// <summary>True for a control or special token that is not part of the text.</summary>
    bool IsSpecial(int id);

    /// <summary>Encodes one text, or two as a pair, with the special tokens the vocabulary's own post-processing puts round and between them.</summary>
    /// <remarks>
    /// The ids of one text are those of <see cref="Encode"/>. Spans are exact through normalisation: they are ranges of the text
    /// as it was given, in order; tokens that share a character share its span, and special tokens that were added have an empty one.
    /// <para>Errors: <see cref="ModelException"/> RUN0115 when this tokenizer knows no spans, RUN0116 when it has no form for pairs,
    /// RUN0117 when the truncation cannot reach the limit.</para>
    /// <para>Cost: several times that of <see cref="Encode"/>; allocates.</para>
    /// </remarks>
    /// <param name="first">The text; the first of a pair: a question, a query.</param>
    /// <param name="second">The second of a pair: a passage, a document; null for one text alone.</param>
    /// <param name="options">Special tokens and truncation; null for the defaults.</param>
    EncodedPair EncodePair(string first, string? second, PairEncodingOptions? options = null) => throw TokenizerErrors.NoSpans(GetType().Name);

    /// <summary>True for a token that stands for exactly its bytes: not a special, unknown or unused one.</summary>
    bool IsText(int id) => !IsSpecial(id);
}
