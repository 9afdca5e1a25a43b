namespace Gyre.Training.Export;

/// <summary>A trained array on its way to a file.</summary>
/// <param name="Name">The Hugging Face name.</param>
/// <param name="Shape">Row-major shape.</param>
/// <param name="Values">Its own copy of the numbers.</param>
internal sealed record ExportedTensor(string Name, IReadOnlyList<int> Shape, float[] Values)
{
    public long[] LongShape => [.. Shape.Select(size => (long)size)];
}
