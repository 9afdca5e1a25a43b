using Gyre.Models.Tokenizers.Normalization;

namespace Gyre.Models.Tokenizers.Training;

/// <summary>Trains a byte-level BPE vocabulary: the most frequent pair of neighbouring tokens becomes a token, again and again.</summary>
/// <remarks>
/// Among equally frequent pairs the lexicographically greater one is taken (by the bytes of its left part, then of its right).
/// The result depends on the texts and options only.
/// <para>Cost: one pass over the text; then each merge touches only the words that hold the pair.</para>
/// <para>Source: Sennrich, Haddow and Birch, "Neural Machine Translation of Rare Words with Subword Units", 2016, over bytes as in GPT-2.</para>
/// </remarks>
public sealed class BpeTrainer
{
    private const long ReportEveryCharacters = 1 << 22;

    private readonly BpeTrainerOptions _options;

    /// <summary>Creates a trainer.</summary>
    /// <exception cref="ModelException">RUN0120: the options have faults; all are named.</exception>
    public BpeTrainer(BpeTrainerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var faults = options.Validate();
        if (faults.Count > 0)
        {
            throw TokenizerErrors.InvalidTraining(string.Join("; ", faults));
        }

        _options = options;
    }

    /// <summary>Trains on documents; pieces never cross from one to the next.</summary>
    /// <param name="documents">Read once, in order.</param>
    /// <param name="progress">Told of progress from time to time; null for silence.</param>
    /// <param name="cancellationToken">Ends the training with <see cref="OperationCanceledException"/>.</param>
    /// <returns>
    /// The vocabulary; smaller than asked for when the text has no more pairs that occur <see cref="BpeTrainerOptions.MinPairCount"/> times.
    /// </returns>
    public TrainedVocabulary Train(
        IEnumerable<string> documents, IProgress<BpeTrainingProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(documents);
        var wanted = _options.VocabularySize - 256 - _options.SpecialTokens.Count;
        var counter = new WordCounter(_options.SpecialTokens, new NormalizerChain([]), new NormalizerChain([]), ByteLevelParts.Stages(_options.PreTokenizer));
        var reported = 0L;
        foreach (var document in documents)
        {
            cancellationToken.ThrowIfCancellationRequested();
            counter.Add(document);
            if (counter.Characters - reported >= ReportEveryCharacters)
            {
                reported = counter.Characters;
                progress?.Report(new BpeTrainingProgress(counter.Characters, counter.Counts.Count, 0, wanted));
            }
        }

        var table = new ByteSymbols();
        var merging = new PairMerging(counter.Counts, table);
        var merges = new List<(string Left, string Right)>(wanted);
        while (table.Count - 256 < wanted && merging.TryMerge(_options.MinPairCount, out var left, out var right))
        {
            cancellationToken.ThrowIfCancellationRequested();
            merges.Add((table.Spell(left), table.Spell(right)));
            if (merges.Count % 128 == 0)
            {
                progress?.Report(new BpeTrainingProgress(counter.Characters, counter.Counts.Count, merges.Count, wanted));
            }
        }

        progress?.Report(new BpeTrainingProgress(counter.Characters, counter.Counts.Count, merges.Count, wanted));
        return new TrainedVocabulary(_options, merges);
    }
}
