using Gyre.Contracts;
using Gyre.Models.Templates;

namespace Gyre.Training.Corpus;

/// <summary>
/// The world of the clothing shop StyleSprint as training conversations and held-out dataset rows, all made from
/// templates: a function of seed and index alone.
/// </summary>
/// <remarks>
/// Names, compound values, combinations of values and template families belong to one split by rules that no seed
/// changes, so a held-out row of any seed was never shown in training by any other. Safe for several threads.
/// <para>Cost: tens of thousands of examples per second and core.</para>
/// </remarks>
public sealed class ShopCorpus
{
    private static readonly IShopTask[] Tasks =
    [
        new DescribeTask(), new ContextTask(answerable: true), new ContextTask(answerable: false), new ExtractTask(),
        new SummaryTask(), new SentimentTask(), new RefuseTask(), new SmalltalkTask(), new RepeatTask(),
    ];

    private static readonly string[] SystemTurns =
    [
        "You are the assistant of StyleSprint, a clothing shop.",
        "You are a helpful assistant.",
        "You are the assistant of a clothing shop. Be polite and short.",
    ];

    private readonly ShopCorpusOptions _options;
    private readonly SeededRandom _root;
    private readonly double _totalWeight;

    /// <summary>Creates the corpus of a seed.</summary>
    /// <param name="seed">Any number; equal seeds give equal bytes.</param>
    /// <param name="options">The mixture; null for the default model's.</param>
    /// <exception cref="TrainingException">TRN0200: the options cannot be used; the message lists every fault.</exception>
    public ShopCorpus(ulong seed, ShopCorpusOptions? options = null)
    {
        _options = options ?? new ShopCorpusOptions();
        var faults = _options.Faults();
        if (faults.Count > 0)
        {
            throw new TrainingException("TRN0200", $"Creating the shop corpus failed: {string.Join("; ", faults)}. Correct the corpus options.");
        }

        Seed = seed;
        _root = new SeededRandom(seed);
        _totalWeight = _options.Mixture.Values.Sum();
    }

    /// <summary>The seed.</summary>
    public ulong Seed { get; }

    /// <summary>The training conversation at an index, 0 or more; the same at every call.</summary>
    public ChatExample TrainingExample(long index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        var random = _root.Fork($"train/{index}");
        if (index < _options.Lead)
        {
            return Lead(random);
        }

        var task = PickTask(random);
        var sample = task.Draw(random, Split.Train);
        var turns = new List<ChatTurn>(10);
        if (random.NextDouble() < _options.SystemTurnShare)
        {
            turns.Add(new ChatTurn("system", random.Pick(SystemTurns)));
        }

        var small = random.NextDouble() < _options.SmalltalkShare ? Task(ShopTasks.Smalltalk).Draw(random, Split.Train) : null;
        var smallFirst = small is not null && random.NextInt32(2) == 0;
        if (smallFirst)
        {
            AddExchange(turns, small!.Prompt, small.Reference);
        }

        AddExchange(turns, sample.Prompt, sample.Reference);
        foreach (var (user, assistant) in sample.FollowUps)
        {
            AddExchange(turns, user, assistant);
        }

        if (small is not null && !smallFirst)
        {
            AddExchange(turns, small.Prompt, small.Reference);
        }

        return new ChatExample(task.Name, sample.Family, sample.Subject, turns);
    }

    /// <summary>Training conversations from an index on, one after the other.</summary>
    /// <param name="start">The first index, 0 or more.</param>
    /// <param name="count">How many.</param>
    public IEnumerable<ChatExample> Training(long start, long count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(start);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        for (var index = start; index < start + count; index++)
        {
            yield return TrainingExample(index);
        }
    }

    /// <summary>The same number of held-out rows of every task.</summary>
    /// <exception cref="TrainingException">TRN0201: a task cannot give that many different rows.</exception>
    public IReadOnlyList<DatasetRow> HeldOut(int countPerTask) =>
        HeldOut(ShopTasks.All.ToDictionary(task => task, _ => countPerTask, StringComparer.Ordinal));

    /// <summary>Held-out rows, in the order of <see cref="ShopTasks.All"/>; no two have the same prompt.</summary>
    /// <param name="counts">How many rows of each task, by its name.</param>
    /// <exception cref="TrainingException">
    /// TRN0201: a task cannot give that many different rows. TRN0202: an unknown task or a negative count.
    /// </exception>
    public IReadOnlyList<DatasetRow> HeldOut(IReadOnlyDictionary<string, int> counts)
    {
        ArgumentNullException.ThrowIfNull(counts);
        var faults = counts.Where(pair => !ShopTasks.All.Contains(pair.Key, StringComparer.Ordinal) || pair.Value < 0).Select(pair => $"'{pair.Key}': {pair.Value}").ToArray();
        if (faults.Length > 0)
        {
            throw new TrainingException("TRN0202", $"Drawing held-out rows failed: found {string.Join(", ", faults)}; expected counts of 0 or more of the tasks {string.Join(", ", ShopTasks.All)}. Correct the counts.");
        }

        var rows = new List<DatasetRow>(counts.Values.Sum());
        foreach (var name in ShopTasks.All.Where(counts.ContainsKey))
        {
            Draw(name, counts[name], rows);
        }

        return rows;
    }

    private void Draw(string name, int count, List<DatasetRow> rows)
    {
        var task = Task(name);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var attempt = 0; seen.Count < count; attempt++)
        {
            if (attempt > 100 + (50 * count))
            {
                throw new TrainingException("TRN0201", $"Drawing held-out rows failed: the task '{name}' gave {seen.Count} different rows, {count} were asked for. Ask for fewer.");
            }

            var sample = task.Draw(_root.Fork($"held-out/{name}/{attempt}"), Split.HeldOut);
            if (seen.Add(sample.Prompt))
            {
                rows.Add(new DatasetRow($"shop-{Seed}-{name}-{seen.Count:0000}", name, sample.Prompt, sample.Reference, sample.Facts, sample.Family, sample.Subject));
            }
        }
    }

    private static ChatExample Lead(SeededRandom random)
    {
        var task = Task(ShopTasks.Repeat);
        var sample = task.Draw(random, Split.Train);
        var turns = new List<ChatTurn>(12);
        AddExchange(turns, sample.Prompt, sample.Reference);
        foreach (var (user, assistant) in sample.FollowUps)
        {
            AddExchange(turns, user, assistant);
        }

        return new ChatExample(task.Name, sample.Family, sample.Subject, turns);
    }

    private static IShopTask Task(string name) => Array.Find(Tasks, task => task.Name == name)!; // The callers checked the name.

    private static void AddExchange(List<ChatTurn> turns, string user, string assistant)
    {
        turns.Add(new ChatTurn("user", user));
        turns.Add(new ChatTurn("assistant", assistant));
    }

    private IShopTask PickTask(SeededRandom random)
    {
        var point = random.NextDouble() * _totalWeight;
        IShopTask? last = null;
        foreach (var task in Tasks)
        {
            if (_options.Mixture.TryGetValue(task.Name, out var weight) && weight > 0)
            {
                last = task;
                point -= weight;
                if (point < 0)
                {
                    break;
                }
            }
        }

        return last!; // The options were checked to hold a positive weight.
    }
}
