using System.Text;

namespace Gyre.Models.Tests.Weights;

/// <summary>Puts safetensors files together byte by byte, without the writer under test.</summary>
internal static class SafetensorsBytes
{
    public const string TwoTensors =
        """{"__metadata__":{"format":"pt"},"b":{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]},"a":{"dtype":"BF16","shape":[4],"data_offsets":[24,32]}}""";

    public static byte[] Valid() => Build(TwoTensors, Enumerable.Range(0, 32).Select(i => (byte)i).ToArray());

    public static byte[] Build(string json, byte[] data) => Build(Encoding.UTF8.GetBytes(json), data);

    public static byte[] Build(byte[] json, byte[] data)
    {
        var padded = new byte[(json.Length + 7) / 8 * 8];
        padded.AsSpan().Fill((byte)' ');
        json.CopyTo(padded, 0);
        return [.. BitConverter.GetBytes((ulong)padded.Length), .. padded, .. data];
    }
}
