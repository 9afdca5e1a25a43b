using Gyre.Contracts;
using Gyre.Models.Weights;

namespace Gyre.Models.Tests.Weights;

/// <summary>Bounded fuzzing: whatever the bytes, opening and reading ends in success or a <see cref="ModelException"/>.</summary>
public sealed class HostileFileTests : IDisposable
{
    private const int Rounds = 1500;
    private const long MaxAllocatedBytes = 1 << 20;

    private readonly ScratchFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("safetensors", 1)]
    [InlineData("gguf", 2)]
    public void Flipped_bytes_never_do_harm(string format, ulong seed) => Fuzz(format, seed, static (bytes, random) =>
    {
        var flips = 1 + random.NextInt32(4);
        for (var i = 0; i < flips; i++)
        {
            bytes[random.NextInt32(bytes.Length)] = (byte)random.NextInt32(256);
        }

        return bytes;
    });

    [Theory]
    [InlineData("safetensors")]
    [InlineData("gguf")]
    public void Every_truncation_is_refused_or_read(string format)
    {
        var valid = Valid(format);
        var refused = 0;
        for (var length = 0; length < valid.Length; length++)
        {
            refused += ReadAll(format, valid[..length]) ? 0 : 1;
        }

        // Nothing but the padding after a GGUF file's last tensor can be spared.
        refused.ShouldBeGreaterThanOrEqualTo(format == "gguf" ? valid.Length - 24 : valid.Length);
    }

    [Theory]
    [InlineData("safetensors", 3)]
    [InlineData("gguf", 4)]
    public void Lies_about_lengths_never_do_harm(string format, ulong seed)
    {
        ulong[] lies = [0, 1, 7, 31, 255, 65536, int.MaxValue, uint.MaxValue, 1UL << 32, 1UL << 60, long.MaxValue, 1UL << 63, ulong.MaxValue - 7, ulong.MaxValue];
        Fuzz(format, seed, (bytes, random) =>
        {
            var lie = lies[random.NextInt32(lies.Length)];
            if (random.NextInt32(2) == 0)
            {
                BitConverter.TryWriteBytes(bytes.AsSpan(random.NextInt32(bytes.Length - 8)), lie);
            }
            else
            {
                BitConverter.TryWriteBytes(bytes.AsSpan(random.NextInt32(bytes.Length - 4)), (uint)lie);
            }

            return bytes;
        });
    }

    [Fact]
    public void Lies_in_the_numbers_of_a_safetensors_header_never_do_harm()
    {
        string[] lies = ["-1", "0", "1e9", "9223372036854775807", "18446744073709551615", "99999999999999999999999999", "null", "\"8\"", "[]", "{}", "0.5", "true", "", "\"\\ud800\""];
        var random = new SeededRandom(5);
        for (var round = 0; round < Rounds; round++)
        {
            var tokens = System.Text.RegularExpressions.Regex.Split(SafetensorsBytes.TwoTensors, "(?<token>[0-9]+|\"[A-Za-z0-9_]+\"|[\\[\\]{},:])", default, TimeSpan.FromSeconds(1));
            tokens[random.NextInt32(tokens.Length)] = lies[random.NextInt32(lies.Length)];
            ReadAll("safetensors", SafetensorsBytes.Build(string.Concat(tokens), new byte[32]));
        }
    }

    private static byte[] Valid(string format) => format == "gguf" ? GgufBytes.Valid() : SafetensorsBytes.Valid();

    private void Fuzz(string format, ulong seed, Func<byte[], SeededRandom, byte[]> mutate)
    {
        var random = new SeededRandom(seed);
        var refused = 0;
        for (var round = 0; round < Rounds; round++)
        {
            refused += ReadAll(format, mutate(Valid(format), random)) ? 0 : 1;
        }

        refused.ShouldBeGreaterThan(Rounds / 20);
        refused.ShouldBeLessThan(Rounds);
    }

    /// <summary>True when the file could be opened; a tensor or key may still be refused by itself.</summary>
    private bool ReadAll(string format, byte[] bytes)
    {
        var path = _folder.Write("fuzzed." + format, bytes);
        var before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            if (format == "gguf")
            {
                using var gguf = GgufFile.Open(path);
                ReadTensors(gguf);
                ReadKeys(gguf.Metadata);
            }
            else
            {
                using var file = SafetensorsFile.Open(path);
                ReadTensors(file);
            }

            return true;
        }
        catch (ModelException e)
        {
            e.Code.ShouldStartWith("RUN00");
            e.Message.Length.ShouldBeLessThan(4000);
            return false;
        }
        finally
        {
            (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(MaxAllocatedBytes);
        }
    }

    private static unsafe void ReadTensors(IWeightSource source)
    {
        foreach (var name in source.Names)
        {
            try
            {
                source.TryGet(name, out var tensor).ShouldBeTrue();
                var sum = 0;
                for (var i = 0L; i < tensor!.LengthBytes; i++)
                {
                    sum += tensor.Bytes[i];
                }

                WeightScan.FindNonFinite(tensor);
            }
            catch (ModelException e) when (e.Code == "RUN0006")
            {
                // An encoding that cannot be computed on, named; the other tensors are still read.
            }
        }
    }

    private static void ReadKeys(GgufMetadata metadata)
    {
        foreach (var key in metadata.Keys)
        {
            Action[] reads =
            [
                () => metadata.TryGetString(key, out _), () => metadata.TryGetInteger(key, out _), () => metadata.TryGetFloat(key, out _),
                () => metadata.TryGetBoolean(key, out _), () => metadata.TryGetStrings(key, out _), () => metadata.TryGetIntegers(key, out _),
                () => metadata.TryGetFloats(key, out _), () => metadata.TryGetBooleans(key, out _),
            ];
            foreach (var read in reads)
            {
                try
                {
                    read();
                }
                catch (ModelException e) when (e.Code is "RUN0012" or "RUN0014")
                {
                    // Another type than asked for, or text that is not UTF-8.
                }
            }
        }
    }
}
