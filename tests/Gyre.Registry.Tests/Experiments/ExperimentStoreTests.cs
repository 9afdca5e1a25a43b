using Gyre.Contracts;
using Gyre.Registry.Experiments;
using Gyre.Storage;

namespace Gyre.Registry.Tests.Experiments;

public sealed class ExperimentStoreTests : IDisposable
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);
    private readonly string _folder = Directory.CreateTempSubdirectory("gyre-test-").FullName;
    private readonly Database _database;
    private readonly ExperimentStore _store;

    public ExperimentStoreTests()
    {
        _database = Database.Open(Path.Combine(_folder, "gyre.db"), [RegistryTables.Migrations()], TimeProvider.System);
        _store = new ExperimentStore(_database, new CountingIds());
    }

    public void Dispose()
    {
        _database.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task A_run_is_found_again_as_it_was_recorded()
    {
        var run = Run("stylesprint") with
        {
            Baseline = "default",
            GateOpen = false,
            LeftOut = 3,
            Figures =
            [
                new ExperimentFigure("default", "exact-match", "share", "higherIsBetter", 0.7, 0.65, 0.75, ""),
                new ExperimentFigure("few-shot", "exact-match", "share", "higherIsBetter", null, null, null, "no row has a reference"),
            ],
        };

        var added = await _store.AddAsync(run, TestContext.Current.CancellationToken);

        var found = (await _store.FindAsync(added.Id, TestContext.Current.CancellationToken)).ShouldNotBeNull();
        found.Id.ShouldBe(added.Id);
        found.Run.Candidates.ShouldBe(run.Candidates);
        found.Run.Figures.ShouldBe(run.Figures);
        (found.Run with { Candidates = run.Candidates, Figures = run.Figures }).ShouldBe(run);
        found.Run.StartedAt.ShouldBe(Noon);
        found.Run.Figures[1].Reason.ShouldBe("no row has a reference");
        found.Path.ShouldBe(Path.Combine("/runs/a", "result.json"));
        (await _store.FindAsync("exp_none", TestContext.Current.CancellationToken)).ShouldBeNull();
    }

    [Fact]
    public async Task Lists_are_newest_first_and_every_condition_narrows_them()
    {
        await AddAsync(Run("alpha"));
        await AddAsync(Run("beta") with { Passed = false, DatasetDigest = "d2" });
        await AddAsync(Run("gamma") with { GateOpen = false });
        await AddAsync(Run("mmlu") with { Kind = ExperimentKind.Benchmark, Candidates = [new ExperimentCandidate("100%_model", "m1")] });

        (await NamesAsync(new ExperimentQuery())).ShouldBe(["mmlu", "gamma", "beta", "alpha"]);
        (await NamesAsync(new ExperimentQuery { Kind = ExperimentKind.Experiment })).ShouldBe(["gamma", "beta", "alpha"]);
        (await NamesAsync(new ExperimentQuery { Kind = ExperimentKind.Benchmark })).ShouldBe(["mmlu"]);
        (await NamesAsync(new ExperimentQuery { Name = "ALPH" })).ShouldBe(["alpha"]);
        (await NamesAsync(new ExperimentQuery { Name = "0%_m" })).ShouldBe(["mmlu"]);
        (await NamesAsync(new ExperimentQuery { Name = "%" })).ShouldBe(["mmlu"]);
        (await NamesAsync(new ExperimentQuery { DatasetDigest = "d2" })).ShouldBe(["beta"]);
        (await NamesAsync(new ExperimentQuery { Passed = true })).ShouldBe(["mmlu", "alpha"]);
        (await NamesAsync(new ExperimentQuery { Passed = false })).ShouldBe(["gamma", "beta"]);
        (await NamesAsync(new ExperimentQuery { Passed = false, DatasetDigest = "d1" })).ShouldBe(["gamma"]);
    }

    [Fact]
    public async Task A_list_is_walked_through_page_by_page()
    {
        for (var i = 0; i < 5; i++)
        {
            await AddAsync(Run($"run-{i}"));
        }

        var first = await _store.ListAsync(new ExperimentQuery { Limit = 2 }, TestContext.Current.CancellationToken);
        var second = await _store.ListAsync(new ExperimentQuery { Limit = 2, Before = first.Next }, TestContext.Current.CancellationToken);
        var third = await _store.ListAsync(new ExperimentQuery { Limit = 2, Before = second.Next }, TestContext.Current.CancellationToken);

        first.Entries.Concat(second.Entries).Concat(third.Entries).Select(entry => entry.Run.Name).ShouldBe(["run-4", "run-3", "run-2", "run-1", "run-0"]);
        (first.Total, second.Total, third.Next).ShouldBe((5L, 5L, null));
        first.Entries.ShouldAllBe(entry => entry.Run.Candidates.Count == 1 && entry.Run.Figures.Count == 1);
    }

    [Fact]
    public async Task A_forgotten_run_is_gone_with_its_figures()
    {
        var kept = await AddAsync(Run("kept"));
        var gone = await AddAsync(Run("gone"));

        (await _store.ForgetAsync(gone.Id, TestContext.Current.CancellationToken)).ShouldBeTrue();

        (await _store.ForgetAsync(gone.Id, TestContext.Current.CancellationToken)).ShouldBeFalse();
        (await _store.FindAsync(gone.Id, TestContext.Current.CancellationToken)).ShouldBeNull();
        (await NamesAsync(new ExperimentQuery())).ShouldBe(["kept"]);
        (await _database.ReadAsync(session => session.QueryFirst<long>("SELECT COUNT(*) FROM experiment_figures"), TestContext.Current.CancellationToken)).ShouldBe(1);
        var error = await Should.ThrowAsync<RegistryException>(() => _store.ListAsync(new ExperimentQuery { Before = gone.Id }, TestContext.Current.CancellationToken));
        error.Code.ShouldBe("REG0042");
        kept.Id.ShouldStartWith("exp_");
    }

    [Fact]
    public async Task Hostile_texts_are_kept_as_they_are()
    {
        const string Hostile = "'); DROP TABLE experiments; --<script>\u202E שלום 😀";
        var added = await AddAsync(Run(Hostile) with { Candidates = [new ExperimentCandidate(Hostile, "")], Figures = [Run("x").Figures[0] with { Metric = Hostile }] });

        var found = (await _store.FindAsync(added.Id, TestContext.Current.CancellationToken)).ShouldNotBeNull();

        (found.Run.Name, found.Run.Candidates[0].Name, found.Run.Figures[0].Metric).ShouldBe((Hostile, Hostile, Hostile));
    }

    [Fact]
    public async Task A_faulty_record_is_refused_with_all_its_faults()
    {
        var run = Run("") with
        {
            EndedAt = Noon.AddHours(-1),
            Folder = "runs/a",
            File = "../result.json",
            Candidates = [],
            Figures = [new ExperimentFigure("a", "m", "share", "higherIsBetter", double.NaN, null, null, "")],
            Dataset = new string('d', 5000),
        };

        var error = await Should.ThrowAsync<RegistryException>(() => _store.AddAsync(run));

        error.Code.ShouldBe("REG0040");
        foreach (var part in new[] { "Name is empty", "EndedAt is before StartedAt", "a full path", "the name of a file in the folder", "Candidates are 0", "no finite number", "Dataset has 5000 characters" })
        {
            error.Message.ShouldContain(part);
        }

        (await _store.ListAsync(new ExperimentQuery(), TestContext.Current.CancellationToken)).Total.ShouldBe(0);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1001)]
    public async Task A_limit_out_of_range_is_refused(int limit) =>
        (await Should.ThrowAsync<RegistryException>(() => _store.ListAsync(new ExperimentQuery { Limit = limit }))).Code.ShouldBe("REG0041");

    private static ExperimentRecord Run(string name) => new()
    {
        Kind = ExperimentKind.Experiment,
        Name = name,
        StartedAt = Noon,
        EndedAt = Noon.AddMinutes(2),
        Dataset = "shop",
        DatasetDigest = "d1",
        Rows = 240,
        Passed = true,
        Folder = "/runs/a",
        File = "result.json",
        FileDigest = new string('0', 64),
        Candidates = [new ExperimentCandidate("default", "c1")],
        Figures = [new ExperimentFigure("default", "exact-match", "share", "higherIsBetter", 0.7, 0.65, 0.75, "")],
    };

    private Task<ExperimentEntry> AddAsync(ExperimentRecord run) => _store.AddAsync(run, TestContext.Current.CancellationToken);

    private async Task<IEnumerable<string>> NamesAsync(ExperimentQuery query)
    {
        var page = await _store.ListAsync(query, TestContext.Current.CancellationToken);
        page.Total.ShouldBe(page.Entries.Count);
        return page.Entries.Select(entry => entry.Run.Name);
    }

    private sealed class CountingIds : IIdSource
    {
        private int _count;

        public string NewId(string prefix) => $"{prefix}_{++_count:x32}";
    }
}
