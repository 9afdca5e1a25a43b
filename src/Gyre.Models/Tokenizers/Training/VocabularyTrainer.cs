using System.Text;
using System.Text.Json.Nodes;

namespace Gyre.Models.Tokenizers.Training;

/// <summary>Trains a vocabulary of any kind from text and gives a whole tokenizer.</summary>
/// <remarks>
/// The result depends on the texts and options only. Text is normalised and cut as the trained tokenizer will do it: WordPiece as BERT
/// does, the SentencePiece kinds by NFKC, every run of white space as one space (as SentencePiece's standard rules do), cut before spaces.
/// <para>Source: Sennrich, Haddow and Birch, 2016 (BPE); Kudo, "Subword Regularization", 2018 (Unigram); WordPiece is trained by BPE
/// merges over characters that carry <c>##</c> inside a word, as the Hugging Face trainer does, not by the likelihood gain of the
/// original, whose trainer was never published.</para>
/// </remarks>
public sealed class VocabularyTrainer
{
    // WordPiece gives up on longer words, so longer tokens would never be used.
    private const int MaxWordCharacters = 100;
    private const long ReportEveryCharacters = 1 << 22;

    private readonly VocabularyTrainerOptions _options;

    /// <summary>Creates a trainer.</summary>
    /// <exception cref="ModelException">RUN0120: the options have faults; all are named.</exception>
    public VocabularyTrainer(VocabularyTrainerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var faults = options.Validate();
        if (faults.Count > 0)
        {
            throw TokenizerErrors.InvalidTraining(string.Join("; ", faults));
        }

        _options = options;
    }

    /// <summary>Trains on documents.</summary>
    /// <param name="documents">Read once, in order.</param>
    /// <param name="progress">Told of progress from time to time; null for silence.</param>
    /// <param name="cancellationToken">Ends the training with <see cref="OperationCanceledException"/>.</param>
    /// <returns>The tokenizer; smaller than asked for when the text does not hold enough different tokens.</returns>
    /// <remarks>Errors: <see cref="ModelException"/> RUN0120 when the characters alone are more than the vocabulary, RUN0123 for too many different words.</remarks>
    public TrainedTokenizer Train(
        IEnumerable<string> documents, IProgress<VocabularyTrainingProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(documents);
        if (_options.Kind == VocabularyKind.ByteBpe)
        {
            return TrainBytes(documents, progress, cancellationToken);
        }

        var pipeline = new TrainingPipeline(_options);
        var counter = pipeline.NewCounter();
        var reported = 0L;
        foreach (var document in documents)
        {
            cancellationToken.ThrowIfCancellationRequested();
            counter.Add(document);
            if (counter.Characters - reported >= ReportEveryCharacters)
            {
                reported = counter.Characters;
                progress?.Report(new VocabularyTrainingProgress("read", reported, 0));
            }
        }

        progress?.Report(new VocabularyTrainingProgress("read", counter.Characters, 0));
        var alphabet = new TrainingAlphabet(counter.Counts, _options.CharacterCoverage, cutsWords: _options.Kind != VocabularyKind.WordPiece);
        var bytes = _options.UsesByteTokens && _options.Kind != VocabularyKind.WordPiece ? Enumerable.Range(0, 256).Select(value => $"<0x{value:X2}>").ToArray() : [];
        string[] first = [.. _options.Specials, .. bytes];
        var room = _options.VocabularySize - first.Length;
        var least = alphabet.Characters.Count * (_options.Kind == VocabularyKind.WordPiece ? 2 : 1);
        if (room < least)
        {
            throw TokenizerErrors.InvalidTraining(
                $"the vocabulary size is {_options.VocabularySize:N0}; expected at least {least + first.Length:N0}, for {alphabet.Characters.Count:N0} characters and {first.Length:N0} fixed tokens (or a smaller character coverage)");
        }

        return _options.Kind == VocabularyKind.Unigram
            ? TrainUnigram(pipeline, alphabet, first, room, progress, cancellationToken)
            : TrainMerges(pipeline, alphabet, first, room, progress, cancellationToken);
    }

    private TrainedTokenizer TrainBytes(IEnumerable<string> documents, IProgress<VocabularyTrainingProgress>? progress, CancellationToken cancellationToken)
    {
        var options = new BpeTrainerOptions { VocabularySize = _options.VocabularySize, SpecialTokens = _options.Specials, PreTokenizer = _options.PreTokenizer };
        var trained = new BpeTrainer(options).Train(documents, progress is null ? null : new Forward(progress, _options.VocabularySize), cancellationToken);
        using var json = new MemoryStream();
        trained.WriteTokenizerJson(json);
        return new TrainedTokenizer(_options.Kind, trained.Tokens, [], json.ToArray());
    }

    private TrainedTokenizer TrainMerges(
        TrainingPipeline pipeline, TrainingAlphabet alphabet, string[] first, int room, IProgress<VocabularyTrainingProgress>? progress, CancellationToken cancellationToken)
    {
        var isWordPiece = _options.Kind == VocabularyKind.WordPiece;
        var table = new CharacterSymbols(alphabet.Characters, isWordPiece ? "##" : "", isWordPiece ? MaxWordCharacters : _options.MaxTokenLength);
        var merging = new PairMerging(alphabet.Words, table);
        var merges = new JsonArray();
        while (table.Count < room && merging.TryMerge(1, out var left, out var right))
        {
            cancellationToken.ThrowIfCancellationRequested();
            merges.Add(new JsonArray(table.Spell(left), table.Spell(right)));
            if (merges.Count % 128 == 0)
            {
                progress?.Report(new VocabularyTrainingProgress("merge", table.Count, room));
            }
        }

        progress?.Report(new VocabularyTrainingProgress("merge", table.Count, room));
        string[] tokens = [.. first, .. Enumerable.Range(0, table.Count).Select(table.Spell)];
        var model = isWordPiece
            ? new JsonObject { ["type"] = "WordPiece", ["unk_token"] = _options.Unknown, ["continuing_subword_prefix"] = "##", ["max_input_chars_per_word"] = MaxWordCharacters, ["vocab"] = Numbered(tokens) }
            : new JsonObject
            {
                ["type"] = "BPE", ["dropout"] = null, ["unk_token"] = _options.Unknown, ["continuing_subword_prefix"] = null, ["end_of_word_suffix"] = null,
                ["fuse_unk"] = true, ["byte_fallback"] = _options.UsesByteTokens, ["ignore_merges"] = false, ["vocab"] = Numbered(tokens), ["merges"] = merges,
            };
        return new TrainedTokenizer(_options.Kind, tokens, [], pipeline.File(model));
    }

    private TrainedTokenizer TrainUnigram(
        TrainingPipeline pipeline, TrainingAlphabet alphabet, string[] first, int room, IProgress<VocabularyTrainingProgress>? progress, CancellationToken cancellationToken)
    {
        var seed = SeedPieces.Find(alphabet.Words, _options.MaxTokenLength, _options.SeedSize, cancellationToken);
        progress?.Report(new VocabularyTrainingProgress("seed", seed.Count, room));
        var training = new UnigramTraining(alphabet.Words, seed);
        training.Shrink(room, _options.ShrinkingFactor, left => progress?.Report(new VocabularyTrainingProgress("prune", left, room)), cancellationToken);
        var pieces = training.Finish([.. alphabet.Characters.Select(character => character.ToString())], room, first);
        string[] tokens = [.. first, .. pieces.Select(piece => piece.Text)];
        double[] scores = [.. first.Select(_ => 0.0), .. pieces.Select(piece => piece.Score)];
        var model = new JsonObject
        {
            ["type"] = "Unigram",
            ["unk_id"] = Array.IndexOf(first, _options.Unknown),
            ["byte_fallback"] = _options.UsesByteTokens,
            ["vocab"] = new JsonArray([.. tokens.Zip(scores, (token, score) => (JsonNode)new JsonArray(token, score))]),
        };
        return new TrainedTokenizer(_options.Kind, tokens, scores, pipeline.File(model));
    }

    private static JsonObject Numbered(string[] tokens) => new(tokens.Select((token, id) => KeyValuePair.Create(token, (JsonNode?)id)));

    private sealed class Forward(IProgress<VocabularyTrainingProgress> progress, int wanted) : IProgress<BpeTrainingProgress>
    {
        public void Report(BpeTrainingProgress value) => progress.Report(value.Merges == 0
            ? new VocabularyTrainingProgress("read", value.Characters, 0)
            : new VocabularyTrainingProgress("merge", wanted - value.MergesWanted + value.Merges, wanted));
    }
}
