namespace Gyre.Models.Tokenizers;

/// <summary>The work space of a search for the best segmentation: for each end of a token the best way to get there.</summary>
internal sealed class Lattice
{
    private const int KeptLength = 1 << 18;

    private Place[] _places = new Place[256];

    /// <summary>Each place of the text.</summary>
    public Span<Place> Places => _places;

    /// <summary>Makes room for a text and forgets the last one.</summary>
    public void Prepare(int length)
    {
        if (_places.Length <= length)
        {
            _places = new Place[Math.Max(length + 1, Math.Min(_places.Length * 2, KeptLength))];
        }

        _places.AsSpan(0, length + 1).Fill(new Place { Start = -1 });
    }

    /// <summary>Gives back what an unusually long text needed.</summary>
    public void Trim()
    {
        if (_places.Length > KeptLength)
        {
            _places = new Place[256];
        }
    }

    /// <summary>The best segmentation up to a place.</summary>
    internal struct Place
    {
        /// <summary>Its score.</summary>
        public double Score;

        /// <summary>Where its last token begins; negative where no segmentation ends.</summary>
        public int Start;

        /// <summary>Its last token.</summary>
        public int Token;
    }
}
