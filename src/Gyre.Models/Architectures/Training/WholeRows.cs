namespace Gyre.Models.Architectures.Training;

/// <summary>Rows of whole sequences for a loss over listed tokens.</summary>
/// <param name="inputs">Token ids, row after row.</param>
/// <param name="types">Each token's type; empty when all are 0.</param>
/// <param name="lengths">How many tokens of each row count; empty when all do.</param>
/// <param name="wanted">The tokens that the head is computed for, ascending.</param>
/// <param name="targets">What is wanted of each of those.</param>
internal readonly ref struct WholeRows(ReadOnlySpan<int> inputs, ReadOnlySpan<int> types, ReadOnlySpan<int> lengths, int[] wanted, int[] targets)
{
    public ReadOnlySpan<int> Inputs { get; } = inputs;

    public ReadOnlySpan<int> Types { get; } = types;

    public ReadOnlySpan<int> Lengths { get; } = lengths;

    public int[] Wanted { get; } = wanted;

    public int[] Targets { get; } = targets;
}
