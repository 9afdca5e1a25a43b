using System.Text;
using Gyre.Contracts;
using Gyre.Models.Tokenizers;

namespace Gyre.Models.Tests.Tokenizers;

public class Utf8StreamDecoderTests
{
    [Fact]
    public void Characters_come_whole_however_their_bytes_are_cut()
    {
        const string Text = "aé漢🦙\u0301b😶‍🌫️";
        var bytes = Encoding.UTF8.GetBytes(Text);
        for (var size = 1; size <= bytes.Length; size++)
        {
            var decoder = new Utf8StreamDecoder();
            var parts = bytes.Chunk(size).Select(chunk => decoder.Append(chunk)).ToArray();

            string.Concat(parts).ShouldBe(Text);
            parts.ShouldAllBe(part => !part.Contains('\uFFFD') && (part.Length == 0 || !char.IsHighSurrogate(part.Last())));
            decoder.Flush().ShouldBe("");
        }
    }

    [Fact]
    public void Random_bytes_decode_as_the_framework_decodes_them_at_once()
    {
        var random = new SeededRandom(3);
        byte[] interesting = [0x00, 0x41, 0x7F, 0x80, 0xBF, 0xC0, 0xC2, 0xDF, 0xE0, 0xA0, 0xED, 0x9F, 0xEF, 0xF0, 0x90, 0xF4, 0x8F, 0xF5, 0xFF];
        for (var round = 0; round < 5000; round++)
        {
            var bytes = Enumerable.Range(0, random.NextInt32(0, 24)).Select(_ => random.Pick(interesting)).ToArray();
            var decoder = new Utf8StreamDecoder();
            var text = new StringBuilder();
            for (var at = 0; at < bytes.Length;)
            {
                var length = Math.Min(random.NextInt32(0, 4), bytes.Length - at);
                text.Append(decoder.Append(bytes.AsSpan(at, length)));
                decoder.PendingBytes.ShouldBeInRange(0, 3);
                at += length;
            }

            text.Append(decoder.Flush());
            text.ToString().ShouldBe(Encoding.UTF8.GetString(bytes), Convert.ToHexString(bytes));
        }
    }

    [Fact]
    public void An_unfinished_character_is_replaced_once_at_the_end()
    {
        var decoder = new Utf8StreamDecoder();

        decoder.Append([0xF0, 0x9F, 0xA6]).ShouldBe("");
        decoder.PendingBytes.ShouldBe(3);
        decoder.Flush().ShouldBe("\uFFFD");
        decoder.Flush().ShouldBe("");
    }

    [Fact]
    public void Decoding_into_a_span_does_not_allocate()
    {
        var decoder = new Utf8StreamDecoder();
        var units = new char[Utf8StreamDecoder.MaxChars(8)];
        ReadOnlySpan<byte> bytes = [0xF0, 0x9F, 0xA6, 0x99, 0xE6, 0xBC];
        decoder.Write(bytes, units);
        var before = GC.GetAllocatedBytesForCurrentThread();

        for (var i = 0; i < 1000; i++)
        {
            decoder.Write(bytes, units);
        }

        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
    }
}
