using System.Buffers;
using System.Text;
using Gyre.Models.Tokenizers;

namespace Gyre.Training.Tests.Sources;

/// <summary>One id a byte, special tokens after them: a vocabulary that needs no training.</summary>
internal sealed class ByteTokenizer(params string[] special) : ITokenizer
{
    public int VocabularySize => 256 + special.Length;

    public int? BeginId => null;

    public IReadOnlyList<int> EndIds => [];

    public void Encode(ReadOnlySpan<char> text, bool addSpecialTokens, bool parseSpecialTokens, List<int> destination) =>
        destination.AddRange(Encoding.UTF8.GetBytes(text.ToString()).Select(value => (int)value));

    public void AppendBytes(int id, bool isFirst, bool includeSpecial, IBufferWriter<byte> destination) => destination.Write([(byte)id]);

    public string Decode(ReadOnlySpan<int> ids) => Encoding.UTF8.GetString([.. ids.ToArray().Where(id => id < 256).Select(id => (byte)id)]);

    public string GetToken(int id) => id < 256 ? ((char)id).ToString() : special[id - 256];

    public int? FindToken(string token) => Array.IndexOf(special, token) is >= 0 and var index ? 256 + index : null;

    public bool IsSpecial(int id) => id >= 256;
}
