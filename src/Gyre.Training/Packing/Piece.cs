namespace Gyre.Training.Packing;

/// <summary>A stretch of one document that lies in one row: positions <c>Start … Start+Length−1</c> predict the token after each.</summary>
/// <param name="Start">The first input token in the token file.</param>
/// <param name="Length">The number of inputs, and of targets.</param>
internal readonly record struct Piece(long Start, int Length);
