namespace Gyre.Training.Curation.Deduplication;

/// <summary>What is compared of a text.</summary>
public sealed class TextSignature
{
    internal TextSignature(ulong[] shingles, uint[] signature) => (Shingles, Signature) = (shingles, signature);

    internal ulong[] Shingles { get; }

    internal uint[] Signature { get; }
}
