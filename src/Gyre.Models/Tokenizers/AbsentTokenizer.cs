using System.Buffers;
using System.Globalization;
using Gyre.Models.Architectures;

namespace Gyre.Models.Tokenizers;

/// <summary>Stands for the tokenizer of a model that came without one: ids pass through, text is refused.</summary>
internal sealed class AbsentTokenizer(DecoderConfiguration configuration, string place) : ITokenizer
{
    public int VocabularySize => configuration.VocabularySize;

    public int? BeginId => configuration.BeginTokenId;

    public IReadOnlyList<int> EndIds => configuration.EndTokenIds;

    public void Encode(ReadOnlySpan<char> text, bool addSpecialTokens, bool parseSpecialTokens, List<int> destination) =>
        throw new ModelException(
            "RUN0307",
            $"Tokenizing failed: the model at '{place}' has no tokenizer; expected tokenizer.json, tokenizer.model or vocab.json with merges.txt beside its weights. Add one, or give token ids.");

    public void AppendBytes(int id, bool isFirst, bool includeSpecial, IBufferWriter<byte> destination)
    {
        // Without a vocabulary a token has no text.
    }

    public string Decode(ReadOnlySpan<int> ids) => "";

    public string GetToken(int id) => id.ToString(CultureInfo.InvariantCulture);

    public int? FindToken(string token) => null;

    public bool IsSpecial(int id) => false;
}
