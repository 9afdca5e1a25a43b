using Gyre.Contracts;
using Gyre.Registry.Ratings;
using Gyre.Storage;

namespace Gyre.Registry.Tests.Ratings;

/// <summary>A store on a database of its own, with a clock that moves when told.</summary>
internal sealed class RatingBench : IDisposable
{
    private int _opened;
    private readonly string _folder = Directory.CreateTempSubdirectory("gyre-ratings-").FullName;

    public RatingBench()
    {
        Database = Database.Open(Path.Combine(_folder, "gyre.db"), [RegistryTables.Migrations()], Clock);
        Store = new RatingStore(Database, Clock, new CountedIds());
    }

    public MovableClock Clock { get; } = new();

    public Database Database { get; private set; }

    public RatingStore Store { get; private set; }

    /// <summary>As a process does that was killed and started again.</summary>
    public void Reopen()
    {
        Database.Dispose();
        Database = Database.Open(Path.Combine(_folder, "gyre.db"), [RegistryTables.Migrations()], Clock);
        Store = new RatingStore(Database, Clock, new CountedIds($"{++_opened:x3}"));
    }

    public static RatingCampaignPlan Pairs(int items, int raters = 2, double repeats = 0, ulong seed = 7) => new()
    {
        Name = "tone",
        Rubric = RatingRubric.Default(RatingForm.Pairs),
        Items = [.. Enumerable.Range(0, items).Select(i => new RatingItem($"row-{i}", "describe", $"prompt {i}", "", "", [new RatingOutput("alpha", $"alpha says {i}"), new RatingOutput("beta", $"beta says {i}")]))],
        RatersWanted = raters,
        RepeatShare = repeats,
        Seed = seed,
    };

    public static RatingAnswer Prefer(string side, string comment = "") => new(new Dictionary<string, string> { [RatingQuestion.Preference] = side }, [], comment);

    /// <summary>Rates until there is nothing left; <paramref name="say"/> sees left and right.</summary>
    public async Task<List<RatingAssignment>> RateAllAsync(string rater, Func<RatingAssignment, string> say, int most = int.MaxValue)
    {
        var seen = new List<RatingAssignment>();
        while (seen.Count < most && (await Store.NextAsync("tone", rater, TestContext.Current.CancellationToken)).Assignment is { } assignment)
        {
            seen.Add(assignment);
            await Store.RateAsync("tone", rater, assignment.Id, Prefer(say(assignment)), TestContext.Current.CancellationToken);
        }

        return seen;
    }

    public void Dispose()
    {
        Database.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    internal sealed class MovableClock : TimeProvider
    {
        private DateTimeOffset _now = new(2026, 1, 31, 12, 0, 0, TimeSpan.Zero);

        public override DateTimeOffset GetUtcNow() => _now;

        public void Move(TimeSpan time) => _now += time;
    }

    private sealed class CountedIds(string mark = "000") : IIdSource
    {
        private int _count;

        public string NewId(string prefix) => $"{prefix}_{mark}{Interlocked.Increment(ref _count):x29}";
    }
}
