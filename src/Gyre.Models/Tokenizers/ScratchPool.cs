namespace Gyre.Models.Tokenizers;

/// <summary>Keeps a few work spaces for reuse. Safe for several threads.</summary>
internal sealed class ScratchPool
{
    private readonly EncodingScratch?[] _kept = new EncodingScratch?[Math.Clamp(Environment.ProcessorCount, 1, 16)];

    /// <summary>A work space for one call; give it back with <see cref="Return"/>.</summary>
    public EncodingScratch Rent()
    {
        for (var i = 0; i < _kept.Length; i++)
        {
            if (Interlocked.Exchange(ref _kept[i], null) is { } scratch)
            {
                return scratch;
            }
        }

        return new EncodingScratch();
    }

    /// <summary>Keeps a work space, or drops it when enough are kept.</summary>
    public void Return(EncodingScratch scratch)
    {
        scratch.Trim();
        for (var i = 0; i < _kept.Length; i++)
        {
            if (Interlocked.CompareExchange(ref _kept[i], scratch, null) is null)
            {
                return;
            }
        }
    }
}
