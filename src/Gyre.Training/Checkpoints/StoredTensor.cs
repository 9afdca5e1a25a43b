namespace Gyre.Training.Checkpoints;

/// <summary>A named array of numbers that a checkpoint saves and loads in place.</summary>
/// <param name="Name">Unique in its file.</param>
/// <param name="Shape">Row-major shape.</param>
/// <param name="Values">Gives the memory itself, so that loading fills it.</param>
internal sealed record StoredTensor(string Name, IReadOnlyList<int> Shape, Func<Span<float>> Values);
