using Gyre.Models.Weights;
using Gyre.Tensors.Quantization;
using Gyre.TestSupport;

namespace Gyre.Models.Tests.Weights;

public sealed class GgufWriterTests : IDisposable
{
    private readonly ScratchFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_was_written_is_read_back()
    {
        var path = Path.Combine(_folder.Path, "model.gguf");
        new GgufWriter()
            .SetString("general.architecture", "llama").SetUInt32("general.alignment", 64).SetUInt32("n", 7).SetInt64("big", long.MinValue)
            .SetFloat("eps", 1e-5f).SetBoolean("yes", true)
            .SetStrings("tokens", ["a", "", "é𝄞"]).SetInt32s("types", [1, -2]).SetFloats("scores", [0.5f, float.NegativeInfinity])
            .Add("w", new float[] { 1, 2, 3, 4, 5, 6 }, 2, 3)
            .Add("q", ElementFormat.Q8_0, Enumerable.Range(0, 34).Select(i => (byte)i).ToArray(), 1, 32)
            .Write(path);

        using var file = GgufFile.Open(path);
        file.AlignmentBytes.ShouldBe(64);
        file.Metadata.Keys.ShouldBe(["general.architecture", "general.alignment", "n", "big", "eps", "yes", "tokens", "types", "scores"]);
        file.Metadata.GetInteger("big").ShouldBe(long.MinValue);
        file.Metadata.GetFloat("eps").ShouldBe(1e-5f);
        file.Metadata.GetStrings("tokens").ShouldBe(["a", "", "é𝄞"]);
        file.Metadata.TryGetIntegers("types", out var types).ShouldBeTrue();
        types.ShouldBe([1, -2]);
        file.Metadata.TryGetFloats("scores", out var scores).ShouldBeTrue();
        scores.ShouldBe([0.5f, float.NegativeInfinity]);
        file.Get("w").Shape.ShouldBe([2, 3]);
        unsafe
        {
            file.Get("q").Bytes[33].ShouldBe((byte)33);
        }
    }

    [Fact]
    public void Every_shared_file_comes_back_byte_for_byte()
    {
        var root = TestData.Require("models");
        var copy = Path.Combine(_folder.Path, "copy.gguf");
        var files = 0;
        foreach (var path in Directory.EnumerateFiles(root, "*.gguf", SearchOption.AllDirectories))
        {
            using var original = GgufFile.Open(path);
            var writer = new GgufWriter().CopyMetadata(original.Metadata);
            foreach (var name in original.Names)
            {
                writer.Add(original.Get(name));
            }

            writer.Write(copy);
            File.ReadAllBytes(copy).AsSpan().SequenceEqual(File.ReadAllBytes(path)).ShouldBeTrue(path);
            files++;
        }

        files.ShouldBeGreaterThan(20);
    }

    [Fact]
    public void A_full_disk_is_a_clear_error_and_leaves_the_old_file_intact()
    {
        if (!File.Exists("/dev/full"))
        {
            Assert.Skip("Needs /dev/full, the device that is always full, which only Linux has.");
        }

        var path = _folder.Write("model.gguf", "old");
        File.CreateSymbolicLink(path + ".partial", "/dev/full");

        var error = Should.Throw<ModelException>(() => new GgufWriter().Add("w", new float[1 << 20], 1 << 20).Write(path));

        error.Code.ShouldBe("RUN0007");
        File.ReadAllText(path).ShouldBe("old");
    }

    [Fact]
    public void What_the_format_cannot_hold_is_the_callers_bug()
    {
        var writer = new GgufWriter().SetUInt32("k", 1).Add("w", new float[] { 1 }, 1);

        Should.Throw<ArgumentException>(() => writer.SetUInt32("k", 1));
        Should.Throw<ArgumentException>(() => writer.SetUInt32("general.alignment", 3));
        Should.Throw<ArgumentException>(() => writer.SetString("s", "\ud800"));
        Should.Throw<ArgumentException>(() => writer.Add("w", new float[] { 1 }, 1));
        Should.Throw<ArgumentException>(() => writer.Add("v", new float[] { 1 }, 1, 1, 1, 1, 1));
        Should.Throw<ArgumentException>(() => writer.Add(new string('v', 65), new float[] { 1 }, 1));
        Should.Throw<ArgumentException>(() => writer.Add("u", ElementFormat.U8, new byte[1], 1));
        Should.Throw<ArgumentException>(() => writer.Add("q", ElementFormat.Q8_0, new byte[34], 2, 16));
    }
}
