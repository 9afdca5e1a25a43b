namespace Gyre.Models.Tokenizers;

/// <summary>The work space of a search for the best segmentation: for each end of a token the best way to get there.</summary>
internal sealed class Lattice
{
    private const int KeptLength = 1 << 18;

    private Place[] _places = new Place[256];

    /// <summary>The places of a text, one more than it has units, to none of which a way is known yet.</summary>
    public Span<Place> Prepare(int length)
    {
        if (_places.Length <= length)
        {
            _places = new Place[Math.Max(length + 1, Math.Min(_places.Length * 2, KeptLength))];
        }

        var places = _places.AsSpan(0, length + 1);
        places.Fill(new Place { Score = double.NegativeInfinity, Second = double.NegativeInfinity });
        return places;
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
        /// <summary>Its score; negative infinity where none is known.</summary>
        public double Score;

        /// <summary>No less than the score of the best other way there, if the search keeps it.</summary>
        public double Second;

        /// <summary>Where its last token begins.</summary>
        public int Start;

        /// <summary>Its last token; negative for a character without one.</summary>
        public int Token;
    }
}
