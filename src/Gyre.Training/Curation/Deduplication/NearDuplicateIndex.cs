using Gyre.Training.Curation.Words;

namespace Gyre.Training.Curation.Deduplication;

/// <summary>Finds, text by text, whether one is like a text that was kept before.</summary>
/// <remarks>
/// Texts are offered in the order in which they should be kept. One is a near duplicate exactly when the runs of words of a kept
/// text, of those that share a band of the signature with it, have a Jaccard similarity of at least the threshold: band hits
/// are only candidates, and each is verified on the whole sets. So nothing below the threshold is ever removed, no chain of alike
/// texts removes a text that is unlike every kept one, and what is missed is the share that <see cref="DeduplicationOptions.Recall"/> allows.
/// <para>Owns a scratch file. One thread at a time; <see cref="Describe"/> may be called by several at once.</para>
/// <para>Cost: 12 to 16 bytes of memory for each band and kept text (21 bands at the defaults: 250 to 340 bytes), 8 bytes of disk for each run of words.</para>
/// </remarks>
public sealed class NearDuplicateIndex : IDisposable
{
    /// <summary>Candidates that are verified for one text; more share its bands only among very many texts of one template.</summary>
    public const int MostCandidates = 10_000;

    private readonly DeduplicationOptions _options;
    private readonly MinHash _hashes;
    private readonly BandPlan _plan;
    private readonly BandTable[] _bands;
    private readonly ShingleStore _sets;
    private readonly List<int> _candidates = [];

    /// <summary>An empty index.</summary>
    /// <param name="options">How texts are compared.</param>
    /// <param name="scratchFolder">Where the scratch file is made.</param>
    /// <exception cref="ArgumentException">The options are out of range.</exception>
    /// <exception cref="TrainingException">TRN0510: no scratch file can be made there.</exception>
    public NearDuplicateIndex(DeduplicationOptions options, string scratchFolder)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Require();
        _options = options;
        _hashes = new MinHash(options.Hashes, options.Seed);
        _plan = BandPlan.For(options.Hashes, options.Threshold, options.Recall);
        _bands = [.. Enumerable.Range(0, _plan.Bands).Select(_ => new BandTable())];
        _sets = new ShingleStore(scratchFolder);
    }

    /// <summary>Texts kept so far.</summary>
    public int Kept => _sets.Count;

    /// <summary>Candidates verified so far.</summary>
    public long Verified { get; private set; }

    /// <summary>Texts that had more candidates than are verified; such a text may have been kept although it is alike.</summary>
    public long Overfull { get; private set; }

    /// <summary>The bands and the hashes in each.</summary>
    public (int Bands, int Rows) Plan => (_plan.Bands, _plan.Rows);

    /// <summary>What the index needs of a text: its runs of words and their signature.</summary>
    public TextSignature Describe(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var shingles = Shingles.Of(WordHashes.Of(text), _options.ShingleWords);
        return new TextSignature(shingles, _hashes.Sign(shingles));
    }

    /// <summary>Keeps a text unless it is like a kept one.</summary>
    /// <returns>The most similar kept text, the first of equals; null when the text is kept. A text without words is always kept.</returns>
    public NearDuplicate? Offer(TextSignature text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var found = text.Shingles.Length == 0 ? null : Find(text);
        if (found is null)
        {
            Keep(text);
        }

        return found;
    }

    /// <summary>The most similar kept text at or above the threshold; null when there is none.</summary>
    public NearDuplicate? Find(TextSignature text)
    {
        ArgumentNullException.ThrowIfNull(text);
        _candidates.Clear();
        for (var band = 0; band < _bands.Length; band++)
        {
            _bands[band].Find(KeyOf(text, band), _candidates);
        }

        _candidates.Sort();
        NearDuplicate? best = null;
        var (last, verified) = (-1, 0);
        foreach (var candidate in _candidates)
        {
            if (candidate == last)
            {
                continue;
            }

            last = candidate;
            if (verified++ == MostCandidates)
            {
                Overfull++;
                break;
            }

            var similarity = Shingles.Jaccard(text.Shingles, _sets.Read(candidate));
            if (similarity >= _options.Threshold && similarity > (best?.Similarity ?? 0))
            {
                best = new NearDuplicate(candidate, similarity);
                if (similarity >= 1)
                {
                    break;
                }
            }
        }

        Verified += verified;
        return best;
    }

    /// <inheritdoc/>
    public void Dispose() => _sets.Dispose();

    /// <summary>Keeps a text, whatever it is like.</summary>
    internal void Keep(TextSignature text)
    {
        for (var band = 0; band < _bands.Length; band++)
        {
            _bands[band].Add(KeyOf(text, band));
        }

        _sets.Add(text.Shingles);
    }

    private ulong KeyOf(TextSignature text, int band) => BandTable.KeyOf(text.Signature.AsSpan(band * _plan.Rows, _plan.Rows));
}
