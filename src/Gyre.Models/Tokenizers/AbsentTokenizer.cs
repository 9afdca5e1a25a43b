using System.Buffers;
using System.Globalization;

namespace Gyre.Models.Tokenizers;

/// <summary>Stands for the tokenizer of a model that came without one: ids pass through, text is refused.</summary>
internal sealed class AbsentTokenizer(int vocabularySize, string place, int? beginId = null, IReadOnlyList<int>? endIds = null) : ITokenizer
{
    public int VocabularySize => vocabularySize;

    public int? BeginId => beginId;

    public IReadOnlyList<int> EndIds => endIds ?? [];

    public void Encode(ReadOnlySpan<char> text, bool addSpecialTokens, bool parseSpecialTokens, List<int> destination) => throw Absent();

    public EncodedPair EncodePair(string first, string? second, PairEncodingOptions? options = null) => throw Absent();

    public void AppendBytes(int id, bool isFirst, bool includeSpecial, IBufferWriter<byte> destination)
    {
        // Without a vocabulary a token has no text.
    }

    public string Decode(ReadOnlySpan<int> ids) => "";

    public string GetToken(int id) => id.ToString(CultureInfo.InvariantCulture);

    public int? FindToken(string token) => null;

    public bool IsSpecial(int id) => false;

    private ModelException Absent() => new(
        "RUN0307",
        $"Tokenizing failed: the model at '{place}' has no tokenizer; expected tokenizer.json, tokenizer.model or vocab.json with merges.txt beside its weights. Add one, or give token ids.");
}
