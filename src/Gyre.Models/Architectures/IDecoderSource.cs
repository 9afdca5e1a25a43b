namespace Gyre.Models.Architectures;

/// <summary>A source that an encoder–decoder model has read, for the sessions that write answers to it.</summary>
/// <remarks>Owns: its keys and values, together with the sessions that were opened for it; dispose it when no more are to be opened.</remarks>
public interface IDecoderSource : IDisposable
{
    /// <summary>Tokens of the source.</summary>
    int Length { get; }

    /// <summary>The adapter that it was read through, and that its answers run through; null for none.</summary>
    string? Adapter => null;
}
