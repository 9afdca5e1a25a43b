namespace Gyre.Models.Architectures;

/// <summary>An adapter that somebody uses: it stays until the use is disposed, also when it is unloaded meanwhile.</summary>
/// <remarks>Owns: the use. Safe for several threads.</remarks>
public interface IAdapterUse : IDisposable
{
    /// <summary>The adapter's name.</summary>
    string Name { get; }

    /// <summary>Places that the adapter's own virtual tokens take before a prompt, or before a source; 0 for none.</summary>
    int VirtualTokens { get; }
}
