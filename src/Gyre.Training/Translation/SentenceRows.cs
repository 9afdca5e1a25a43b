using Gyre.Models.Architectures;

namespace Gyre.Training.Translation;

/// <summary>The arrays of one forward pass, as the form of the training lays them out.</summary>
internal sealed class SentenceRows
{
    private const int Ignored = -100;
    private readonly int[] _sources;
    private readonly int[] _sourceLengths;
    private readonly int[] _inputs;
    private readonly int[] _targets;

    private SentenceRows(int rows, int sourceLength, int length)
    {
        Rows = rows;
        _sources = new int[rows * sourceLength];
        _sourceLengths = new int[rows];
        _inputs = new int[rows * length];
        _targets = new int[rows * length];
    }

    public int Rows { get; }

    /// <summary>Targets that count.</summary>
    public int TargetCount { get; private set; }

    /// <summary>Tokens that are no padding, of sources and answers.</summary>
    public int TokenCount { get; private set; }

    public PairBatch Batch => new() { Sources = _sources, SourceLengths = _sourceLengths, Inputs = _inputs, Targets = _targets, Rows = Rows };

    /// <summary>Lays pairs out; rows are as long as the longest of them.</summary>
    public static SentenceRows Of(IReadOnlyList<EncodedSentence> pairs, TranslationForm form)
    {
        var sources = pairs.Select(pair => form.Shifts ? (int[])[.. pair.Source, PairTokenizers.EndId] : pair.Source).ToArray();
        var inputs = pairs.Select(pair => form.Shifts ? (int[])[PairTokenizers.StartId, .. pair.Target] : pair.Target).ToArray();
        var (sourceLength, length) = (sources.Max(row => row.Length), inputs.Max(row => row.Length));
        var rows = new SentenceRows(pairs.Count, sourceLength, length);
        for (var i = 0; i < pairs.Count; i++)
        {
            sources[i].CopyTo(rows._sources, i * sourceLength);
            rows._sourceLengths[i] = form.Masks ? sources[i].Length : sourceLength;
            inputs[i].CopyTo(rows._inputs, i * length);
            var targets = rows._targets.AsSpan(i * length, length);
            targets.Fill(form.Masks ? Ignored : PairTokenizers.PadId);
            pairs[i].Target.CopyTo(targets);
            if (form.Shifts)
            {
                targets[pairs[i].Target.Length] = PairTokenizers.EndId;
            }

            rows.TargetCount += form.Masks ? inputs[i].Length : length;
            rows.TokenCount += sources[i].Length + inputs[i].Length;
        }

        return rows;
    }
}
