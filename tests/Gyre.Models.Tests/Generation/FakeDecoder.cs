using System.Buffers;
using System.Text;
using Gyre.Models.Architectures;
using Gyre.Models.Tokenizers;

namespace Gyre.Models.Tests.Generation;

/// <summary>A fake network over bytes: after token t it prefers t + 1, and id 256 ends a sequence. For engine tests only.</summary>
internal sealed class FakeDecoder(int contextLength = 64) : IDecoder
{
    public int LiveSessions;

    public Action? OnForward { get; init; }

    public int? PoisonAt { get; init; }

    public bool HasMemory { get; set; } = true;

    public int VocabularySize => 257;

    public int ContextLength => contextLength;

    public IDecoderSession CreateSession(int maxTokens)
    {
        if (!HasMemory)
        {
            throw new OutOfMemoryException();
        }

        Interlocked.Increment(ref LiveSessions);
        return new Session(this, maxTokens);
    }

    public void Dispose()
    {
    }

    private sealed class Session(FakeDecoder owner, int capacity) : IDecoderSession
    {
        private readonly float[] _logits = new float[257];

        public int Position { get; private set; }

        public int Capacity => capacity;

        public ReadOnlySpan<float> Forward(ReadOnlySpan<int> tokens)
        {
            owner.OnForward?.Invoke();
            ArgumentOutOfRangeException.ThrowIfGreaterThan(Position + tokens.Length, capacity);
            Position += tokens.Length;
            Fill(tokens[^1], _logits);
            return _logits;
        }

        public void ForwardAll(ReadOnlySpan<int> tokens, Span<float> destination)
        {
            for (var i = 0; i < tokens.Length; i++)
            {
                Fill(tokens[i], destination.Slice(i * 257, 257));
            }

            Position += tokens.Length;
        }

        public void CopyFrom(IDecoderSession other) => Position = other.Position;

        public void Truncate(int position) => Position = position;

        public void Dispose() => Interlocked.Decrement(ref owner.LiveSessions);

        private void Fill(int last, Span<float> logits)
        {
            logits.Clear();
            logits[(last + 1) % 257] = 8f;
            if (Position == owner.PoisonAt)
            {
                logits[3] = float.NaN;
            }
        }
    }
}

/// <summary>A fake tokenizer: one id a byte, 256 is special.</summary>
internal sealed class FakeByteTokenizer : ITokenizer
{
    public int VocabularySize { get; init; } = 257;

    public int? BeginId => null;

    public IReadOnlyList<int> EndIds => [256];

    public void Encode(ReadOnlySpan<char> text, bool addSpecialTokens, bool parseSpecialTokens, List<int> destination)
    {
        foreach (var value in Encoding.UTF8.GetBytes(text.ToString()))
        {
            destination.Add(value);
        }
    }

    public void AppendBytes(int id, bool isFirst, bool includeSpecial, IBufferWriter<byte> destination)
    {
        if (id < 256)
        {
            destination.Write([(byte)id]);
        }
    }

    public string Decode(ReadOnlySpan<int> ids) => Encoding.UTF8.GetString(ids.ToArray().Where(id => id < 256).Select(id => (byte)id).ToArray());

    public string GetToken(int id) => id.ToString();

    public int? FindToken(string token) => int.TryParse(token, out var id) ? id : null;

    public bool IsSpecial(int id) => id == 256;
}
