namespace Gyre.Models.Tokenizers;

/// <summary>The work space of a search for the best segmentation: for each end of a token the best way to get there.</summary>
internal sealed class Lattice
{
    private const int KeptLength = 1 << 18;

    private double[] _scores = new double[256];
    private int[] _starts = new int[256];
    private int[] _tokens = new int[256];

    /// <summary>The best score of a segmentation up to each place.</summary>
    public Span<double> Scores => _scores;

    /// <summary>Where the last token of that segmentation begins; negative where no segmentation ends.</summary>
    public Span<int> Starts => _starts;

    /// <summary>The last token of that segmentation.</summary>
    public Span<int> Tokens => _tokens;

    /// <summary>Makes room for a text and forgets the last one.</summary>
    public void Prepare(int length)
    {
        if (_scores.Length <= length)
        {
            var room = Math.Max(length + 1, Math.Min(_scores.Length * 2, KeptLength));
            (_scores, _starts, _tokens) = (new double[room], new int[room], new int[room]);
        }

        _starts.AsSpan(0, length + 1).Fill(-1);
        _scores[0] = 0;
    }

    /// <summary>Gives back what an unusually long text needed.</summary>
    public void Trim()
    {
        if (_scores.Length > KeptLength)
        {
            (_scores, _starts, _tokens) = (new double[256], new int[256], new int[256]);
        }
    }
}
