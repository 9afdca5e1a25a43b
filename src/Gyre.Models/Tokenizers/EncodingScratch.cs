using Gyre.Models.Tokenizers.Normalization;

namespace Gyre.Models.Tokenizers;

/// <summary>The work space of one running encode call.</summary>
internal sealed class EncodingScratch
{
    private int[] _ids = new int[256];

    public SymbolMerger Merger { get; } = new();

    public Lattice Lattice { get; } = new();

    public WordCache Cache { get; } = new();

    public CharBuffer First { get; } = new();

    public CharBuffer Second { get; } = new();

    public CharBuffer Third { get; } = new();

    public CharBuffer Fourth { get; } = new();

    /// <summary>Room for ids.</summary>
    public Span<int> Ids(int count)
    {
        if (_ids.Length < count)
        {
            _ids = new int[Math.Max(count, Math.Min(_ids.Length * 2, 1 << 20))];
        }

        return _ids;
    }

    /// <summary>Gives back what an unusually long text needed.</summary>
    public void Trim()
    {
        Merger.Trim();
        Lattice.Trim();
        First.Clear();
        Second.Clear();
        Third.Clear();
        Fourth.Clear();
        if (_ids.Length > 1 << 20)
        {
            _ids = new int[256];
        }
    }
}
