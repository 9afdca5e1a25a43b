using Gyre.Contracts;
using Gyre.Registry.Datasets;

namespace Gyre.Registry.Tests.Datasets;

public sealed class DatasetDeriveTests : IDisposable
{
    private readonly DatasetFolder _folder = new();

    private static CancellationToken Ended => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(1, false)]
    [InlineData(2, false)]
    [InlineData(3, true)]
    public async Task Groups_never_straddle_and_every_row_is_in_one_part(int seed, bool isStable)
    {
        var random = new SeededRandom((ulong)seed);
        await _folder.AddAsync("d", Enumerable.Range(0, 400).Select(id => DatasetFolder.Row(id, family: random.NextInt32(5) == 0 ? "" : $"f{random.NextInt32(60)}")));
        var parts = await SplitAsync("d", new DatasetSplit { Parts = [new("train", 0.7), new("dev", 0.1), new("test", 0.2)], Seed = (ulong)seed, Group = "family", IsStable = isStable });

        parts.Select(part => part.Version.Reference).ShouldBe(["d-train@1", "d-dev@1", "d-test@1"]);
        var rows = new[] { await _folder.RowsAsync("d-train"), await _folder.RowsAsync("d-dev"), await _folder.RowsAsync("d-test") };
        rows.SelectMany(part => part).Select(row => row.Id).Order().ShouldBe((await _folder.RowsAsync("d")).Select(row => row.Id).Order());
        rows.SelectMany((part, index) => part.Where(row => row.Family.Length > 0).Select(row => (row.Family, index))).Distinct().CountBy(pair => pair.Family).ShouldAllBe(pair => pair.Value == 1);
        if (!isStable)
        {
            rows[0].Count.ShouldBeInRange(270, 290); // A group has some five rows.
            rows[2].Count.ShouldBeInRange(70, 90);
        }
    }

    [Fact]
    public async Task Without_groups_the_shares_are_exact_and_the_seed_decides()
    {
        await _folder.AddAsync("d", Enumerable.Range(0, 50).Select(id => DatasetFolder.Row(id)));
        var split = new DatasetSplit { Parts = [new("a", 0.8), new("b", 0.2)], Seed = 1 };
        var first = await SplitAsync("d", split);

        first.Select(part => part.Version.Rows).ShouldBe([40, 10]);
        (await SplitAsync("d", split)).ShouldAllBe(part => !part.IsNew);
        (await SplitAsync("d", split with { Seed = 2 })).ShouldAllBe(part => part.IsNew);
        var source = first[1].Version.Source;
        (source.Kind, source.Name).ShouldBe((DatasetSourceKind.Version, "split"));
        source.Parents.ShouldBe(["d@1"]);
        source.Facts.ShouldBe(new Dictionary<string, string> { ["part"] = "b", ["into"] = "a=0.8,b=0.2", ["seed"] = "1", ["mode"] = "exact" });
    }

    [Fact]
    public async Task A_stable_split_keeps_a_rows_part_when_rows_are_added()
    {
        var split = new DatasetSplit { Parts = [new("a", 0.5), new("b", 0.5)], Seed = 4, IsStable = true };
        await _folder.AddAsync("d", Enumerable.Range(0, 100).Select(id => DatasetFolder.Row(id)));
        await SplitAsync("d", split);
        await _folder.AddAsync("d", Enumerable.Range(0, 200).Select(id => DatasetFolder.Row(id)));
        await SplitAsync("d", split);

        (await _folder.RowsAsync("d-a@1")).Select(row => row.Id).Except((await _folder.RowsAsync("d-a@2")).Select(row => row.Id)).ShouldBeEmpty();
        (await _folder.RowsAsync("d-b@1")).Select(row => row.Id).Except((await _folder.RowsAsync("d-b@2")).Select(row => row.Id)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_split_that_cannot_be_is_refused_whole()
    {
        await _folder.AddAsync("d", Enumerable.Range(0, 10).Select(id => DatasetFolder.Row(id, family: "one")));
        await RefusedAsync("REG0013", "add up to 1.1", [new("a", 0.6), new("b", 0.5)]);
        await RefusedAsync("REG0013", "expected two or more", [new("a", 1)]);
        await RefusedAsync("REG0013", "not between 0 and 1", [new("a", double.NaN), new("b", 0.5)]);
        await RefusedAsync("REG0013", "two parts have one name", [new("a", 0.5), new("A", 0.5)]);
        await RefusedAsync("REG0001", "cannot be a name", [new("../x", 0.5), new("A", 0.5)]);
        await RefusedAsync("REG0013", "no column 'colour'; found family, id", [new("a", 0.5), new("b", 0.5)], "colour");
        await RefusedAsync("REG0014", "'family' puts into groups", [new("a", 0.5), new("b", 0.5)], "family");
        (await _folder.Store.ListAsync(Ended)).ShouldHaveSingleItem();

        async Task RefusedAsync(string code, string part, IReadOnlyList<KeyValuePair<string, double>> parts, string? group = null)
        {
            var error = await Should.ThrowAsync<RegistryException>(() => SplitAsync("d", new DatasetSplit { Parts = parts, Seed = 1, Group = group }));
            error.Code.ShouldBe(code);
            error.Message.ShouldContain(part);
        }
    }

    [Fact]
    public async Task Samples_filters_and_merges_have_a_chain_up_to_the_source()
    {
        await _folder.AddAsync("d", Enumerable.Range(0, 40).Select(id => DatasetFolder.Row(id, level: id % 4 == 0 ? "hard" : "easy")));
        await _folder.AddAsync("e", Enumerable.Range(100, 5).Select(id => DatasetFolder.Row(id)));
        var at = DatasetReference.Parse("d");
        (await _folder.Store.FilterAsync(at, "hard", "level", ["hard"], "", Ended)).Version.Rows.ShouldBe(10);
        (await _folder.Store.SampleAsync(DatasetReference.Parse("hard"), "few", 3, 7, "", Ended)).Version.Rows.ShouldBe(3);
        (await _folder.Store.MergeAsync([DatasetReference.Parse("few"), DatasetReference.Parse("e")], "all", "", Ended)).Version.Rows.ShouldBe(8);

        Shown(await _folder.Store.LineageAsync(DatasetReference.Parse("all"), Ended)).ShouldBe("all@1 merge (few@1 sample (hard@1 filter (d@1 rows.jsonl)), e@1 rows.jsonl)");
        (await _folder.RowsAsync("hard")).ShouldAllBe(row => row.Facts["level"] == "hard");
        (await _folder.RowsAsync("few")).Select(row => int.Parse(row.Id)).ShouldBeInOrder();
        (await Should.ThrowAsync<RegistryException>(() => _folder.Store.MergeAsync([at, DatasetReference.Parse("hard")], "x", "", Ended))).Code.ShouldBe("REG0010");
        (await Should.ThrowAsync<RegistryException>(() => _folder.Store.FilterAsync(at, "x", "level", ["none"], "", Ended))).Code.ShouldBe("REG0011");
        (await Should.ThrowAsync<RegistryException>(() => _folder.Store.SampleAsync(at, "x", 41, 1, "", Ended))).Code.ShouldBe("REG0013");
    }

    [Fact]
    public async Task A_difference_is_what_a_dictionary_of_rows_tells()
    {
        var random = new SeededRandom(9);
        for (var round = 0; round < 12; round++)
        {
            var old = Some(random);
            var @new = Some(random);
            await _folder.AddAsync("old", old);
            var from = (await _folder.AddAsync("old", old)).Version.Reference;
            var to = (await _folder.AddAsync("new", @new)).Version.Reference;
            var found = await _folder.Store.CompareAsync(DatasetReference.Parse(from), DatasetReference.Parse(to), 1000, Ended);

            var (before, after) = (old.ToDictionary(row => row.Id), @new.ToDictionary(row => row.Id));
            var removed = old.Where(row => !after.ContainsKey(row.Id)).Select(row => row.Id).ToArray();
            var added = @new.Where(row => !before.ContainsKey(row.Id)).Select(row => row.Id).ToArray();
            var changed = @new.Where(row => before.TryGetValue(row.Id, out var was) && was.Prompt != row.Prompt).Select(row => row.Id).ToArray();
            (found.Added, found.Removed, found.Changed, found.Same).ShouldBe((added.Length, removed.Length, changed.Length, @new.Length - added.Length - changed.Length));
            found.Preview.Select(row => row.Id).ShouldBe([.. removed, .. added, .. changed]);
            found.Preview.ShouldAllBe(row => (row.Before == null) != (row.After == null) || row.Before != row.After);
            (await _folder.Store.CompareAsync(DatasetReference.Parse(from), DatasetReference.Parse(to), 2, Ended)).Preview.Select(row => row.Id).ShouldBe([.. removed.Take(2), .. added.Take(2), .. changed.Take(2)]);
        }
    }

    [Fact]
    public async Task The_same_rows_in_another_order_and_other_columns_are_told()
    {
        await _folder.AddAsync("d", DatasetFolder.Row(1), DatasetFolder.Row(2));
        await _folder.AddAsync("d", DatasetFolder.Row(2), DatasetFolder.Row(1));
        await _folder.AddAsync("d", DatasetFolder.Row(2, level: "x"), DatasetFolder.Row(1));

        var moved = await _folder.Store.CompareAsync(DatasetReference.Parse("d@1"), DatasetReference.Parse("d@2"), 5, Ended);
        (moved.IsReordered, moved.Same, moved.Preview.Count).ShouldBe((true, 2, 0));
        var other = await _folder.Store.CompareAsync(DatasetReference.Parse("d@2"), DatasetReference.Parse("d@3"), 5, Ended);
        (other.IsReordered, other.Changed, other.AddedColumns.Single(), other.RemovedColumns.Count).ShouldBe((false, 1, "facts.level", 0));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(1000)]
    public void Keys_are_sorted_beyond_what_memory_holds(int count)
    {
        var random = new SeededRandom(11);
        var keys = Enumerable.Range(0, count).Select(row => new RowKey((UInt128)random.NextInt32(50) << 90, (UInt128)row, row)).ToArray();
        var path = Path.Combine(_folder.Path, "scratch");
        using var sort = new RowKeySort(() => new FileStream(path, FileMode.Create, FileAccess.ReadWrite, FileShare.None, 4096, FileOptions.DeleteOnClose), keysPerRun: 7);
        foreach (var key in keys)
        {
            sort.Add(key);
        }

        sort.Sorted().ShouldBe(keys.Order());
        sort.Sorted().ShouldBe(keys.Order());
        File.Exists(path).ShouldBe(count > 7);
    }

    private static DatasetRow[] Some(SeededRandom random) =>
        [.. Enumerable.Range(0, 60).Where(_ => random.NextInt32(3) > 0).OrderBy(_ => random.NextInt32(1000)).Select(id => DatasetFolder.Row(id, $"p{random.NextInt32(2)}"))];

    private static string Shown(DatasetLineage lineage) =>
        $"{lineage.Version.Reference} {lineage.Version.Source.Name}{(lineage.Parents.Count == 0 ? "" : $" ({string.Join(", ", lineage.Parents.Select(Shown))})")}";

    private Task<IReadOnlyList<DatasetAdded>> SplitAsync(string reference, DatasetSplit split) => _folder.Store.SplitAsync(DatasetReference.Parse(reference), split, "", Ended);
}
