using Gyre.Models.Tests.Weights;
using Gyre.Models.Tokenizers;
using Gyre.Models.Weights;

namespace Gyre.Models.Tests.Tokenizers;

public sealed class GgufTokenizerLoaderTests : IDisposable
{
    private readonly ScratchFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("tokens", 8, 8, 4_000_001)]
    [InlineData("token_type", 0, 1, 4_000_001)]
    [InlineData("scores", 6, 4, 4_000_001)]
    [InlineData("merges", 8, 8, 8_000_001)]
    public void Arrays_larger_than_any_vocabulary_are_refused_before_they_are_decoded(string key, int type, long width, int count)
    {
        var bytes = new GgufBytes().Head(3, 0, key == "tokens" ? 2UL : 3UL).Text("tokenizer.ggml.model").U32(8).Text("gpt2");
        if (key != "tokens")
        {
            bytes.Text("tokenizer.ggml.tokens").U32(9).U32(8).U64(1).Text("a");
        }

        // Zeros, which need no room on the disk: empty strings or the number 0.
        var path = _folder.Write("m.gguf", bytes.Text("tokenizer.ggml." + key).U32(9).U32((uint)type).U64((ulong)count).ToArray());
        using (var stream = File.OpenWrite(path))
        {
            stream.SetLength(stream.Length + (count * width));
        }

        using var file = GgufFile.Open(path);
        file.Metadata.CountOf("tokenizer.ggml." + key).ShouldBe(count);
        var before = GC.GetAllocatedBytesForCurrentThread();

        var error = Should.Throw<ModelException>(() => TokenizerLoader.FromGguf(file.Metadata));

        error.Code.ShouldBe("RUN0101");
        error.Message.ShouldContain("tokenizer.ggml." + key);
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(1 << 20);
    }
}
