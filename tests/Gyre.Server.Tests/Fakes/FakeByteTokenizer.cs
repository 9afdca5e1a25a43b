using System.Buffers;
using System.Text;
using Gyre.Models.Tokenizers;

namespace Gyre.Server.Tests.Fakes;

/// <summary>A fake tokenizer: one id a byte, 256 ends a text.</summary>
internal sealed class FakeByteTokenizer : ITokenizer
{
    public const int End = 256;

    public int VocabularySize => 257;

    public int? BeginId => null;

    public IReadOnlyList<int> EndIds { get; } = [End];

    public void Encode(ReadOnlySpan<char> text, bool addSpecialTokens, bool parseSpecialTokens, List<int> destination)
    {
        foreach (var value in Encoding.UTF8.GetBytes(text.ToString()))
        {
            destination.Add(value);
        }
    }

    public void AppendBytes(int id, bool isFirst, bool includeSpecial, IBufferWriter<byte> destination)
    {
        if (id < End)
        {
            destination.Write([(byte)id]);
        }
        else if (includeSpecial)
        {
            destination.Write("<end>"u8);
        }
    }

    public string Decode(ReadOnlySpan<int> ids) => Encoding.UTF8.GetString(ids.ToArray().Where(id => id < End).Select(id => (byte)id).ToArray());

    public string GetToken(int id) => id < End ? ((char)id).ToString() : "<end>";

    public int? FindToken(string token) => token == "<end>" ? End : null;

    public bool IsSpecial(int id) => id == End;
}
