using Gyre.Models.Weights;

namespace Gyre.Training.Tests.Quantization;

/// <summary>An importance matrix of one tensor, in the form in which llama.cpp writes them.</summary>
internal static class ImportanceFile
{
    private const float Count = 4;

    public static string Write(string path, string name, float[] means)
    {
        new GgufWriter()
            .SetString("general.type", "imatrix")
            .SetStrings("imatrix.datasets", ["text"])
            .SetUInt32("imatrix.chunk_count", 1)
            .SetUInt32("imatrix.chunk_size", 4)
            .Add(name + ".in_sum2", means.Select(mean => mean * Count).ToArray(), 1, means.Length)
            .Add(name + ".counts", new[] { Count }, 1, 1)
            .Write(path);
        return path;
    }
}
