using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Gyre.Models.Templates;
using Gyre.Training.Alignment.Pairs;
using Gyre.Training.Alignment.Tasks;
using Gyre.Training.Bases;
using Gyre.Training.Corpus;
using Gyre.Training.Examples;
using Gyre.Training.Finetuning;

namespace Gyre.Training.Alignment;

/// <summary>The examples of an alignment, read, checked, split and encoded.</summary>
internal sealed class AlignmentData
{
    private const int MostExamples = 5;
    private readonly AlignmentRecipe _recipe;
    private readonly AnswerEncoder _encoder;
    private readonly int _most;
    private readonly List<string> _long = [];
    private readonly List<string>? _unfit;
    private int _longCount;

    private AlignmentData(AlignmentRecipe recipe, BaseModel source)
    {
        (_recipe, _encoder, _unfit) = (recipe, new AnswerEncoder(source), recipe.Data.DropsContradictory ? [] : null);
        var context = source.Configuration.ContextLength;
        _most = recipe.Data.MaxTokens == 0 ? context : Math.Min(recipe.Data.MaxTokens, context);
    }

    /// <summary>Pairs to learn from, for the methods on pairs.</summary>
    public PairExample[] Pairs { get; private set; } = [];

    /// <summary>Pairs to measure on.</summary>
    public PairExample[] HeldOutPairs { get; private set; } = [];

    /// <summary>Rated answers to learn from, for KTO.</summary>
    public RatedExample[] Rated { get; private set; } = [];

    /// <summary>Rated answers to measure on.</summary>
    public RatedExample[] HeldOutRated { get; private set; } = [];

    /// <summary>Prompts to answer and learn from.</summary>
    public (TaskPrompt Task, int[] Ids)[] Prompts { get; private set; } = [];

    /// <summary>Held-out prompts, of every method.</summary>
    public (TaskPrompt Task, int[] Ids)[] HeldOutPrompts { get; private set; } = [];

    /// <summary>Plain examples to learn beside.</summary>
    public EncodedAnswer[] Replay { get; private set; } = [];

    /// <summary>Rows left out.</summary>
    public int Dropped { get; private set; }

    /// <summary>Examples to learn from.</summary>
    public int Count => _recipe.IsOnline ? Prompts.Length : _recipe.Method == AlignmentMethod.Kto ? Rated.Length : Pairs.Length;

    /// <summary>Examples to measure on.</summary>
    public int HeldOutCount => _recipe.IsOnline ? HeldOutPrompts.Length : _recipe.Method == AlignmentMethod.Kto ? HeldOutRated.Length : HeldOutPairs.Length;

    /// <summary>Reads a recipe's data for a base.</summary>
    /// <remarks>Errors: TRN0400 to TRN0403.</remarks>
    public static AlignmentData Read(AlignmentRecipe recipe, BaseModel source)
    {
        var data = new AlignmentData(recipe, source);
        if (recipe.IsOnline)
        {
            data.ReadPrompts();
        }
        else if (recipe.Method == AlignmentMethod.Kto)
        {
            data.ReadRated();
        }
        else
        {
            data.ReadPairs();
        }

        data.ReadReplay();
        data.Dropped += data._longCount + (data._unfit?.Count ?? 0);
        if (data._longCount > 0 && !recipe.Data.DropsLong)
        {
            throw AlignmentErrors.TooLong(data._longCount, data._most, data._long);
        }

        return data.Count > 0
            ? data
            : throw AlignmentErrors.Empty($"examples to learn from ({data.Dropped} were left out)", string.Join("', '", recipe.Data.Files));
    }

    /// <summary>SHA-256 of everything that a reference's log-probabilities depend on beside its weights.</summary>
    public string Digest()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var answer in Answers())
        {
            Add(answer.Prompt);
            Add(answer.Answer);
        }

        foreach (var example in Replay)
        {
            Add(example.Prompt);
            Add(example.Answer);
        }

        foreach (var (_, ids) in Prompts.Concat(HeldOutPrompts))
        {
            Add(ids);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());

        void Add(int[] ids)
        {
            Span<byte> length = stackalloc byte[sizeof(int)];
            BinaryPrimitives.WriteInt32LittleEndian(length, ids.Length);
            hash.AppendData(length);
            hash.AppendData(MemoryMarshal.AsBytes<int>(ids));
        }
    }

    /// <summary>Every answer whose log-probability under the reference a loss reads, always in this order.</summary>
    public EncodedAnswer[] Answers() =>
    [
        .. Pairs.Concat(HeldOutPairs).SelectMany(pair => new[] { pair.Chosen, pair.Rejected }),
        .. Rated.Concat(HeldOutRated).SelectMany(example => example.Mismatched is { } other ? new[] { example.Answer, other } : [example.Answer]),
    ];

    /// <summary>Puts the reference's sums of log-probabilities, in the order of <see cref="Answers"/>, to the examples.</summary>
    public void SetReference(ReadOnlySpan<double> sums)
    {
        var next = 0;
        Pairs = With(Pairs, sums, ref next);
        HeldOutPairs = With(HeldOutPairs, sums, ref next);
        Rated = With(Rated, sums, ref next);
        HeldOutRated = With(HeldOutRated, sums, ref next);
    }

    private static PairExample[] With(PairExample[] pairs, ReadOnlySpan<double> sums, ref int next)
    {
        var result = new PairExample[pairs.Length];
        for (var i = 0; i < pairs.Length; i++)
        {
            result[i] = pairs[i] with { ReferenceChosen = sums[next++], ReferenceRejected = sums[next++] };
        }

        return result;
    }

    private static RatedExample[] With(RatedExample[] examples, ReadOnlySpan<double> sums, ref int next)
    {
        var result = new RatedExample[examples.Length];
        for (var i = 0; i < examples.Length; i++)
        {
            result[i] = examples[i] with { Reference = sums[next++] };
            if (examples[i].Mismatched is not null)
            {
                result[i] = result[i] with { ReferenceMismatched = sums[next++] };
            }
        }

        return result;
    }

    private void ReadPairs()
    {
        var (given, held) = Split(_recipe.Data.Files, file => AlignmentFile.ReadPairs(file, _unfit), pair => pair.Prompt);
        var brand = new BrandPreferences(_recipe.Data.BrandSeed);
        var heldBrand = brand.HeldOut(_recipe.Data.BrandHeldOut);
        given.AddRange(brand.Training(_recipe.Data.BrandPairs).Select(PairOf));
        held.AddRange(heldBrand.Select(PairOf));

        // Together, so that a pair that is trained one way and measured the other is found too.
        var kept = PairCheck.Keep([.. given, .. held], _recipe.Data.DropsContradictory, out var contradictory).ToHashSet(ReferenceEqualityComparer.Instance);
        Dropped += contradictory;
        Pairs = [.. given.Where(kept.Contains).Select(Encode).OfType<PairExample>()];
        HeldOutPairs = [.. held.Where(kept.Contains).Select(Encode).OfType<PairExample>()];
        HeldOutPrompts = PromptsOf(held.Where(kept.Contains).Select(pair => pair.Prompt), heldBrand);
    }

    private void ReadRated()
    {
        var (given, held) = Split(_recipe.Data.Files, file => AlignmentFile.ReadRated(file, _unfit), answer => answer.Prompt);
        var brand = new BrandPreferences(_recipe.Data.BrandSeed);
        var heldBrand = brand.HeldOut(_recipe.Data.BrandHeldOut);
        given.AddRange(brand.Training(_recipe.Data.BrandPairs).SelectMany(pair => AlignmentFile.Both(PairOf(pair))));
        held.AddRange(heldBrand.SelectMany(pair => AlignmentFile.Both(PairOf(pair))));
        Rated = Encode(given);
        HeldOutRated = Encode(held);
        HeldOutPairs = [.. HeldOutRated.GroupBy(example => example.Source, StringComparer.Ordinal)
            .Select(group => (Wanted: group.Where(example => example.IsDesirable).ToArray(), Other: group.Where(example => !example.IsDesirable).ToArray()))
            .Where(both => both is { Wanted.Length: 1, Other.Length: 1 })
            .Select(both => new PairExample(both.Wanted[0].Answer, both.Other[0].Answer, 0))];
        HeldOutPrompts = PromptsOf(held.Select(answer => answer.Prompt), heldBrand);
        if (Rated.Length > 0 && (Rated.All(example => example.IsDesirable) || Rated.All(example => !example.IsDesirable)))
        {
            throw new TrainingException("TRN0401", $"Checking alignment data failed: all {Rated.Length} rated answers have the label {(Rated[0].IsDesirable ? "true" : "false")}; expected wanted and unwanted ones. Add the other kind.");
        }
    }

    private void ReadPrompts()
    {
        var (given, held) = Split(_recipe.Data.Files, AlignmentFile.ReadPrompts, prompt => prompt.Prompt);
        var brand = new BrandPreferences(_recipe.Data.BrandSeed);
        given.AddRange(brand.Training(_recipe.Data.BrandPairs).Select(PromptOf));
        held.AddRange(brand.HeldOut(_recipe.Data.BrandHeldOut).Select(PromptOf));
        Prompts = Encode(given);
        HeldOutPrompts = Encode(held);
    }

    /// <summary>Every answer of the plain conversations.</summary>
    private void ReadReplay()
    {
        var faults = new ExampleFaults();
        var examples = new List<EncodedAnswer>();
        foreach (var example in _recipe.Replay?.Sources.SelectMany(source => ExampleSource.Read(source, faults)) ?? [])
        {
            if (example.Turns.Count == 0)
            {
                faults.Add(example.Place, "is a text; expected a conversation with an answer.");
            }

            examples.AddRange(Enumerable.Range(0, example.Turns.Count)
                .Where(i => example.Turns[i].Role == "assistant")
                .Select(i => Encode([.. example.Turns.Take(i)], example.Turns[i].Content, example.Place)).OfType<EncodedAnswer>());
        }

        faults.ThrowIfAny();
        Replay = _recipe.Replay is null || examples.Count > 0 ? [.. examples] : throw AlignmentErrors.Empty("answers to learn beside", "replay.examples");
    }

    /// <summary>What files give to learn from and to measure on. A prompt is on one side only, whichever file it is in.</summary>
    private (List<T> Given, List<T> Held) Split<T>(IReadOnlyList<string> files, Func<string, IReadOnlyList<T>> read, Func<T, IReadOnlyList<ChatTurn>> promptOf)
    {
        var rows = files.SelectMany(read).ToList();
        if (_recipe.Data.Validation.Count > 0)
        {
            return (rows, [.. _recipe.Data.Validation.SelectMany(read)]);
        }

        var share = _recipe.Data.ValidationShare;
        var sides = rows.ToLookup(row => Place(promptOf(row)) < share);
        return ([.. sides[false]], [.. sides[true]]);
    }

    /// <summary>A number from 0 to 1 that the text of a prompt alone fixes.</summary>
    private static double Place(IReadOnlyList<ChatTurn> prompt) =>
        BinaryPrimitives.ReadUInt64LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes(Key(prompt)))) / (double)ulong.MaxValue;

    private static string Key(IReadOnlyList<ChatTurn> prompt) => string.Join('\u001f', prompt.Select(turn => turn.Content.Trim()));

    private PairExample? Encode(PreferencePair pair) =>
        Encode(pair.Prompt, pair.Chosen, pair.Source) is { } chosen && Encode(pair.Prompt, pair.Rejected, pair.Source) is { } rejected
            ? new PairExample(chosen, rejected, pair.Margin)
            : null;

    private RatedExample[] Encode(IReadOnlyList<RatedAnswer> answers)
    {
        var encoded = answers.Select(answer => (Answer: answer, Ids: Encode(answer.Prompt, answer.Answer, answer.Source))).Where(row => row.Ids is not null).ToArray();
        return [.. encoded.Select((row, i) => new RatedExample(row.Ids!, row.Answer.IsDesirable, Mismatch(i)) { Source = row.Answer.Source })]; // Filtered in the line before.

        // The next row's answer behind this row's prompt, as far as it is of another prompt and fits.
        EncodedAnswer? Mismatch(int i)
        {
            var mine = encoded[i].Ids!.Prompt; // As above.
            for (var step = 1; step < Math.Min(encoded.Length, 8); step++)
            {
                var other = encoded[(i + step) % encoded.Length].Ids!; // As above.
                if (!other.Prompt.AsSpan().SequenceEqual(mine) && mine.Length + other.Answer.Length <= _most)
                {
                    return new EncodedAnswer(mine, other.Answer);
                }
            }

            return null;
        }
    }

    private EncodedAnswer? Encode(IReadOnlyList<ChatTurn> prompt, string answer, string source)
    {
        var encoded = _encoder.Encode(prompt, answer, source);
        return Fits(encoded.Length, source) ? encoded : null;
    }

    private (TaskPrompt Task, int[] Ids)[] Encode(IEnumerable<TaskPrompt> prompts)
    {
        var encoded = new List<(TaskPrompt, int[])>();
        foreach (var prompt in prompts)
        {
            var ids = _encoder.EncodePrompt(prompt.Prompt);
            if (Fits(ids.Length + (_recipe.IsOnline ? _recipe.Policy.MaxTokens : 1), prompt.Row.Id))
            {
                encoded.Add((prompt, ids));
            }
        }

        return [.. encoded];
    }

    private bool Fits(int length, string source)
    {
        if (length <= _most)
        {
            return true;
        }

        _longCount++;
        if (_long.Count < MostExamples)
        {
            _long.Add($"{source} with {length} tokens");
        }

        return false;
    }

    /// <summary>The different prompts of held-out rows; those from the brand guide with what its rules need.</summary>
    private (TaskPrompt Task, int[] Ids)[] PromptsOf(IEnumerable<IReadOnlyList<ChatTurn>> prompts, IReadOnlyList<BrandPair> brand)
    {
        var rows = brand.ToDictionary(pair => pair.Row.Prompt, pair => pair.Row, StringComparer.Ordinal);
        var different = prompts.DistinctBy(Key).Select((prompt, i) => new TaskPrompt(
            prompt, rows.GetValueOrDefault(prompt[^1].Content) ?? new Contracts.DatasetRow($"held-out-{i}", "", prompt[^1].Content, "", new Dictionary<string, string>(StringComparer.Ordinal), "", "")));
        return [.. different.Select(task => (task, _encoder.EncodePrompt(task.Prompt))).Where(row => row.Item2.Length < _most)];
    }

    private static PreferencePair PairOf(BrandPair pair) => new([new ChatTurn("user", pair.Row.Prompt)], pair.Chosen, pair.Rejected, pair.Row.Id);

    private static TaskPrompt PromptOf(BrandPair pair) => new([new ChatTurn("user", pair.Row.Prompt)], pair.Row);
}
