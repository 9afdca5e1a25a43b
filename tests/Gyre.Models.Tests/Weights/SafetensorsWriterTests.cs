using Gyre.Models.Weights;
using Gyre.Tensors.Quantization;
using Gyre.TestSupport;

namespace Gyre.Models.Tests.Weights;

public sealed class SafetensorsWriterTests : IDisposable
{
    private readonly ScratchFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_was_written_is_read_back()
    {
        var path = Path.Combine(_folder.Path, "model.safetensors");
        new SafetensorsWriter()
            .SetMetadata("step", "17").SetMetadata("note", "a \"quoted\"\n\u0001 é 𝄞")
            .Add("w", new float[] { 1, -2, 3.5f, 0, float.MaxValue, -0f }, 2, 3)
            .Add("half", ElementFormat.F16, new byte[] { 0, 60 }, 1)
            .Add("ids", ElementFormat.I64, new byte[16], 2)
            .Add("empty", ReadOnlyMemory<float>.Empty, 0, 5)
            .Add("scalar", new float[] { 4 })
            .Write(path);

        using var file = SafetensorsFile.Open(path);
        file.Metadata["note"].ShouldBe("a \"quoted\"\n\u0001 é 𝄞");
        file.Metadata["step"].ShouldBe("17");
        file.Names.ShouldBe(["ids", "empty", "scalar", "w", "half"]);
        file.Get("w").Shape.ShouldBe([2, 3]);
        file.Get("scalar").Shape.ShouldBeEmpty();
        unsafe
        {
            ((float*)file.Get("w").Bytes)[2].ShouldBe(3.5f);
            ((long)file.Get("ids").Bytes % 8).ShouldBe(0);
        }
    }

    [Fact]
    public void The_order_of_adding_does_not_change_a_byte()
    {
        var a = Path.Combine(_folder.Path, "a");
        var b = Path.Combine(_folder.Path, "b");
        new SafetensorsWriter().SetMetadata("x", "1").SetMetadata("a", "2").Add("p", new float[] { 1 }, 1).Add("q", new float[] { 2 }, 1).Write(a);
        new SafetensorsWriter().SetMetadata("a", "2").SetMetadata("x", "1").Add("q", new float[] { 2 }, 1).Add("p", new float[] { 1 }, 1).Write(b);

        File.ReadAllBytes(a).ShouldBe(File.ReadAllBytes(b));
    }

    [Theory]
    [InlineData(24, 3)]
    [InlineData(1, 4)]
    [InlineData(1000, 1)]
    public void Several_files_with_an_index_are_read_as_one(long maxShardBytes, int files)
    {
        var writer = new SafetensorsWriter().SetMetadata("format", "pt");
        for (var i = 0; i < 4; i++)
        {
            writer.Add("t" + i, Enumerable.Range(0, i + 2).Select(value => value + (10f * i)).ToArray(), i + 2);
        }

        writer.WriteSharded(_folder.Path, 1);
        writer.WriteSharded(_folder.Path, maxShardBytes);

        using var read = SafetensorsFolder.Open(_folder.Path);
        read.Files.Count.ShouldBe(files);
        read.Names.Order().ShouldBe(["t0", "t1", "t2", "t3"]);
        read.Metadata["format"].ShouldBe("pt");
        for (var i = 0; i < 4; i++)
        {
            read.TryGet("t" + i, out var tensor).ShouldBeTrue();
            tensor!.LengthBytes.ShouldBe((i + 2) * 4);
            unsafe
            {
                ((float*)tensor.Bytes)[1].ShouldBe(1 + (10f * i));
            }
        }
    }

    [Fact]
    public void A_file_without_tensors_is_valid()
    {
        var path = Path.Combine(_folder.Path, "none.safetensors");
        new SafetensorsWriter().Write(path);

        using var file = SafetensorsFile.Open(path);
        file.Names.ShouldBeEmpty();
    }

    [Fact]
    public void Every_shared_file_survives_reading_and_writing()
    {
        var root = TestData.Require("models");
        var copy = Path.Combine(_folder.Path, "copy.safetensors");
        var (identical, sameContent) = (0, 0);
        foreach (var path in Directory.EnumerateFiles(root, "*.safetensors", SearchOption.AllDirectories))
        {
            using var original = SafetensorsFile.Open(path);
            var writer = new SafetensorsWriter();
            foreach (var (key, value) in original.Metadata)
            {
                writer.SetMetadata(key, value);
            }

            foreach (var name in original.Names)
            {
                writer.Add(original.Get(name));
            }

            writer.Write(copy);
            if (File.ReadAllBytes(copy).AsSpan().SequenceEqual(File.ReadAllBytes(path)))
            {
                identical++;
                continue;
            }

            // A few of these files were written by hand in another order than the format's own writer uses.
            using var written = SafetensorsFile.Open(copy);
            written.Names.Order(StringComparer.Ordinal).ShouldBe(original.Names.Order(StringComparer.Ordinal), path);
            written.Names.ShouldNotBe(original.Names, path);
            written.Metadata.ShouldBe(original.Metadata, ignoreOrder: true);
            foreach (var name in original.Names)
            {
                ShouldBeSame(written.Get(name), original.Get(name));
            }

            sameContent++;
        }

        identical.ShouldBeGreaterThan(100);
        sameContent.ShouldBeLessThan(10);
    }

    [Fact]
    public void A_full_disk_is_a_clear_error_and_leaves_the_old_file_intact()
    {
        if (!File.Exists("/dev/full"))
        {
            Assert.Skip("Needs /dev/full, the device that is always full, which only Linux has.");
        }

        var path = Path.Combine(_folder.Path, "model.safetensors");
        new SafetensorsWriter().Add("old", new float[] { 1 }, 1).Write(path);
        var before = File.ReadAllBytes(path);
        File.CreateSymbolicLink(path + ".partial", "/dev/full");

        var error = Should.Throw<ModelException>(() => new SafetensorsWriter().Add("new", new float[1 << 20], 1 << 20).Write(path));

        error.Code.ShouldBe("RUN0007");
        error.Message.ShouldContain("No space left on device");
        File.ReadAllBytes(path).ShouldBe(before);
        File.Exists(path + ".partial").ShouldBeFalse();
    }

    [Fact]
    public void A_folder_that_is_absent_is_a_clear_error()
    {
        var error = Should.Throw<ModelException>(() => new SafetensorsWriter().Write(Path.Combine(_folder.Path, "no", "where")));
        error.Code.ShouldBe("RUN0007");
    }

    [Fact]
    public void A_failure_while_writing_leaves_nothing_behind()
    {
        var source = SafetensorsFile.Open(_folder.Write("source", SafetensorsBytes.Valid()));
        var path = Path.Combine(_folder.Path, "target");
        var writer = new SafetensorsWriter().SetMetadata("lone", "\ud800").Add(source.Get("a"));

        Should.Throw<ArgumentException>(() => writer.Write(path));

        Directory.GetFiles(_folder.Path).Length.ShouldBe(1);
        source.Dispose();
    }

    [Fact]
    public void A_reader_of_the_old_file_keeps_its_values_while_it_is_replaced()
    {
        var path = Path.Combine(_folder.Path, "model.safetensors");
        new SafetensorsWriter().Add("w", new float[] { 1 }, 1).Write(path);
        using var old = SafetensorsFile.Open(path);
        new SafetensorsWriter().Add("w", new float[] { 2 }, 1).Write(path);
        using var fresh = SafetensorsFile.Open(path);

        unsafe
        {
            (*(float*)old.Get("w").Bytes).ShouldBe(1);
            (*(float*)fresh.Get("w").Bytes).ShouldBe(2);
        }
    }

    [Fact]
    public void What_the_format_cannot_hold_is_the_callers_bug()
    {
        var writer = new SafetensorsWriter().Add("w", new float[] { 1 }, 1);

        Should.Throw<ArgumentException>(() => writer.Add("w", new float[] { 1 }, 1));
        Should.Throw<ArgumentException>(() => writer.Add("x", new float[] { 1 }, 2));
        Should.Throw<ArgumentException>(() => writer.Add("x", new float[] { 1 }, -1));
        Should.Throw<ArgumentException>(() => writer.Add("", new float[] { 1 }, 1));
        Should.Throw<ArgumentException>(() => writer.Add("__metadata__", new float[] { 1 }, 1));
        Should.Throw<ArgumentException>(() => writer.Add("a\u001b", new float[] { 1 }, 1));
        Should.Throw<ArgumentException>(() => writer.Add("q", ElementFormat.Q8_0, new byte[34], 32));
    }

    internal static unsafe void ShouldBeSame(WeightTensor a, WeightTensor b)
    {
        a.Format.ShouldBe(b.Format);
        a.Shape.ShouldBe(b.Shape);
        new ReadOnlySpan<byte>(a.Bytes, (int)a.LengthBytes).SequenceEqual(new ReadOnlySpan<byte>(b.Bytes, (int)b.LengthBytes))
            .ShouldBeTrue(a.Name);
    }
}
