namespace Gyre.Models.Architectures.Engine;

/// <summary>64 tokens' keys and values of all layers, held by one sequence or by several that begin alike. <see cref="KeyValuePool"/> makes and changes it.</summary>
internal sealed class KeyValuePage
{
    public nint Address { get; set; }

    /// <summary>Who holds it: sessions and the prefix cache.</summary>
    public int References { get; set; }
}
