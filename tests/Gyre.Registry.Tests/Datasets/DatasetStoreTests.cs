using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Gyre.Contracts;
using Gyre.Registry.Datasets;
using Gyre.Storage;

namespace Gyre.Registry.Tests.Datasets;

public sealed class DatasetStoreTests : IDisposable
{
    private readonly DatasetFolder _folder = new();

    private static CancellationToken Ended => TestContext.Current.CancellationToken;

    private DatasetStore Store => _folder.Store;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_version_says_what_it_holds_and_where_it_is_from()
    {
        var added = await Store.AddAsync(
            new DatasetAddition { Name = "shop", Source = DatasetSource.FromFile("shop.csv", "ab", 12, "prompt=question"), Licence = "CC-BY-4.0", Note = "first", Tags = ["golden"], By = "ada" },
            [DatasetFolder.Row(1, "Who?", level: "3"), DatasetFolder.Row(2, "When \"?\"", family: "f")],
            Ended);

        added.IsNew.ShouldBeTrue();
        var version = added.Version;
        (version.Name, version.Number, version.Rows, version.Licence, version.Note, version.CreatedBy).ShouldBe(("shop", 1, 2, "CC-BY-4.0", "first", "ada"));
        version.Tags.ShouldBe(["golden"]);
        version.Source.Kind.ShouldBe(DatasetSourceKind.File);
        version.Source.Facts.ShouldBe(new Dictionary<string, string> { ["sha256"] = "ab", ["bytes"] = "12", ["columns"] = "prompt=question" });
        version.CreatedAt.ShouldBe(new DateTimeOffset(2026, 1, 2, 3, 1, 0, TimeSpan.Zero));
        var lines = "{\"facts\":{\"level\":\"3\"},\"id\":\"1\",\"prompt\":\"Who?\",\"reference\":\"r\",\"task\":\"answer\"}\n{\"family\":\"f\",\"id\":\"2\",\"prompt\":\"When \\\"?\\\"\",\"reference\":\"r\",\"task\":\"answer\"}\n";
        version.Digest.ShouldBe(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(lines))));
        version.LengthBytes.ShouldBe(lines.Length);
        version.Schema.Select(column => $"{column.Name} {string.Join('/', column.Types)} {column.Rows} {column.IsAlways} {column.Form}").ShouldBe(
            ["facts.level text 1 False whole numbers", "family text 1 False ", "id text 2 True whole numbers", "prompt text 2 True ", "reference text 2 True ", "task text 2 True "]);
        version.Schema.Single(column => column.Name == "task").Values.ShouldBe([new("answer", 2)]);
        (await _folder.RowsAsync("shop"))[0].Facts.ShouldBe(new Dictionary<string, string> { ["level"] = "3" });
        (await Store.GetAsync(new DatasetReference("SHOP", $"sha256:{version.Digest[..8]}"), Ended)).Number.ShouldBe(1);
    }

    [Fact]
    public async Task The_same_rows_again_are_the_same_version_and_say_so()
    {
        await _folder.AddAsync("d", DatasetFolder.Row(1));
        await _folder.AddAsync("d", DatasetFolder.Row(2));

        var again = await _folder.AddAsync("d", DatasetFolder.Row(1));

        (again.IsNew, again.Version.Number).ShouldBe((false, 1));
        (await Store.GetAsync(new DatasetReference("d"), Ended)).Number.ShouldBe(2);
        (await Store.VersionsAsync("d", Ended)).Select(version => version.Number).ShouldBe([2, 1]);
        (await _folder.AddAsync("e", DatasetFolder.Row(1))).Version.Digest.ShouldBe(again.Version.Digest);
        _folder.Blobs.List().Count().ShouldBe(2);
    }

    [Fact]
    public async Task Rows_of_any_form_are_kept_in_one_spelling()
    {
        await _folder.AddJsonAsync("d", """{ "score": 1.50, "id": "a", "turns": [{"b":1,"a":null}] }""", "{\"id\":\"b\",\"text\":\"\\u00e9\\n\",\"o\":{\"x\":true,\"deep\":{\"y\":1}}}");

        (await _folder.LinesAsync("d")).ShouldBe(["""{"id":"a","score":1.50,"turns":[{"a":null,"b":1}]}""", """{"id":"b","o":{"deep":{"y":1},"x":true},"text":"é\n"}"""]);
        (await Store.GetAsync(new DatasetReference("d"), Ended)).Schema.Select(column => $"{column.Name}:{column.Types.Single()}").ShouldBe(
            ["id:text", "o.deep:object", "o.x:boolean", "score:number", "text:text", "turns:list"]);
        (await Should.ThrowAsync<RegistryException>(() => _folder.RowsAsync("d"))).Code.ShouldBe("REG0016");
    }

    [Fact]
    public async Task All_faults_of_rows_are_told_and_nothing_is_added()
    {
        var error = await Should.ThrowAsync<RegistryException>(() => _folder.AddJsonAsync(
            "d", """{"id":"a"}""", "[1]", "{", """{"id":1}""", """{"id":"a"}""", """{"id":"b","id":"c"}""", """{"id":""}""", "{\"id\":\"x\",\"t\":\"\\ud800\"}", "{\"id\":\"y\",\"t\":" + new string('[', 40) + new string(']', 40) + "}"));

        error.Code.ShouldBe("REG0010");
        foreach (var part in new[] { "8 fault(s)", "row 2: is a JSON array", "row 3: is no JSON", "row 4: has no 'id'", "rows 1 and 5 have the same id", "row 6: is no JSON object with each name once", "row 7: has no 'id'", "row 8: a text is no Unicode", "row 9: is no JSON object" })
        {
            error.Message.ShouldContain(part);
        }

        (await Store.ListAsync(Ended)).ShouldBeEmpty();
        (await Should.ThrowAsync<RegistryException>(() => _folder.AddJsonAsync("d"))).Code.ShouldBe("REG0011");
        (await Should.ThrowAsync<RegistryException>(() => _folder.AddJsonAsync("d", Enumerable.Range(0, 60).Select(row => $"{{\"id\":\"{row}\",{string.Join(',', Enumerable.Range(0, 20).Select(column => $"\"c{(row * 20) + column}\":1"))}}}"))))
            .Message.ShouldContain("more than 1000 different columns");
        _folder.Blobs.List().ShouldBeEmpty();
    }

    [Theory]
    [InlineData("../etc")]
    [InlineData("a/b")]
    [InlineData("a\\b")]
    [InlineData("")]
    [InlineData(".hidden")]
    [InlineData("a b")]
    [InlineData("a\u0000")]
    [InlineData("é")]
    public async Task A_name_that_could_be_a_path_is_refused(string name) =>
        (await Should.ThrowAsync<RegistryException>(() => _folder.AddAsync(name, DatasetFolder.Row(1)))).Code.ShouldBe("REG0001");

    [Fact]
    public async Task What_is_said_has_bounds()
    {
        var error = await Should.ThrowAsync<RegistryException>(() => Store.AddAsync(
            new DatasetAddition { Name = "d", Source = DatasetFolder.File, Note = new string('n', 10_001), Licence = new string('l', 201), Tags = ["", "x"] }, [DatasetFolder.Row(1)], Ended));

        error.Code.ShouldBe("REG0012");
        error.Message.ShouldContain("note");
        error.Message.ShouldContain("licence");
        error.Message.ShouldContain("tag");
    }

    [Fact]
    public async Task Versions_are_found_by_number_label_digest_and_as_the_newest()
    {
        await _folder.AddAsync("d", DatasetFolder.Row(1));
        var two = (await _folder.AddAsync("d", DatasetFolder.Row(2))).Version;
        await Store.LabelAsync(DatasetReference.Parse("d@1"), "gold", "ada", Ended);

        (await NumberAsync("d")).ShouldBe(2);
        (await NumberAsync("d@1")).ShouldBe(1);
        (await NumberAsync("d@gold")).ShouldBe(1);
        (await NumberAsync("d@latest")).ShouldBe(2);
        (await NumberAsync($"d@sha256:{two.Digest}")).ShouldBe(2);
        var missing = await Should.ThrowAsync<RegistryException>(() => NumberAsync("d@3"));
        missing.Code.ShouldBe("REG0005");
        missing.Message.ShouldContain("found 2, 1 and the labels gold");
        (await Should.ThrowAsync<RegistryException>(() => NumberAsync("none"))).Message.ShouldContain("found d");
        Should.Throw<RegistryException>(() => DatasetReference.Parse("d@")).Code.ShouldBe("REG0002");
        Should.Throw<RegistryException>(() => DatasetReference.Parse("d@sha256:12")).Code.ShouldBe("REG0002");
        Should.Throw<RegistryException>(() => DatasetReference.Parse("d@-1")).Code.ShouldBe("REG0002");
    }

    [Fact]
    public async Task A_label_moves_and_the_log_keeps_where_it_was()
    {
        await _folder.AddAsync("d", DatasetFolder.Row(1));
        await _folder.AddAsync("d", DatasetFolder.Row(2));
        await Store.LabelAsync(DatasetReference.Parse("d@1"), "gold", "ada", Ended);
        await Store.LabelAsync(DatasetReference.Parse("d@1"), "gold", "ada", Ended); // Nothing happens, so nothing is logged.
        (await Store.LabelAsync(DatasetReference.Parse("d@latest"), "gold", "eve", Ended)).Labels.ShouldBe(["gold"]);
        await Store.UnlabelAsync("d", "gold", "bob", Ended);

        (await Store.EventsAsync("d", Ended)).Select(happened => $"{happened.Kind} {happened.Number} {happened.Previous} {happened.Label} {happened.By}").ShouldBe(
            ["unlabelled 2 2 gold bob", "labelled 2 1 gold eve", "labelled 1  gold ada", "added 2   ", "added 1   "]);
        foreach (var label in new[] { "latest", "3", "a b", "" })
        {
            (await Should.ThrowAsync<RegistryException>(() => Store.LabelAsync(DatasetReference.Parse("d@1"), label, "", Ended))).Code.ShouldBe("REG0003");
        }
    }

    [Fact]
    public async Task A_deprecated_version_stays_but_is_not_the_newest()
    {
        await _folder.AddAsync("d", DatasetFolder.Row(1));
        await _folder.AddAsync("d", DatasetFolder.Row(2));
        await Store.DeprecateAsync(DatasetReference.Parse("d@2"), "wrong answers", "ada", Ended);

        (await NumberAsync("d")).ShouldBe(1);
        (await Store.GetAsync(DatasetReference.Parse("d@2"), Ended)).Deprecation.ShouldBe("wrong answers");
        (await Should.ThrowAsync<RegistryException>(() => Store.DeprecateAsync(DatasetReference.Parse("d@2"), " ", "", Ended))).Code.ShouldBe("REG0012");
    }

    [Fact]
    public async Task Nothing_that_something_relies_on_is_deleted_and_no_number_is_given_twice()
    {
        await _folder.AddAsync("d", Enumerable.Range(1, 10).Select(id => DatasetFolder.Row(id)));
        await Store.SplitAsync(DatasetReference.Parse("d"), new DatasetSplit { Parts = [new("a", 0.5), new("b", 0.5)], Seed = 1 }, "", Ended);
        await Store.LabelAsync(DatasetReference.Parse("d"), "gold", "", Ended);
        await Store.RecordUseAsync(DatasetReference.Parse("d"), "experiment", "tone-7", Ended);

        var error = await Should.ThrowAsync<RegistryException>(() => Store.DeleteAsync(DatasetReference.Parse("d@1"), "", Ended));

        error.Code.ShouldBe("REG0006");
        error.Message.ShouldContain("4 thing(s) rely on it: the label 'gold'; d-a@1, which was made from it; d-b@1, which was made from it; experiment tone-7");
        await _folder.AddAsync("e", DatasetFolder.Row(1));
        await Store.DeleteAsync(DatasetReference.Parse("e"), "", Ended);
        (await _folder.AddAsync("e", DatasetFolder.Row(1))).Version.Number.ShouldBe(2);
        (await Store.EventsAsync("e", Ended)).Select(happened => happened.Kind).ShouldBe(["added", "deleted", "added"]);
    }

    [Fact]
    public async Task A_sweep_frees_what_deleted_versions_held_and_nothing_else()
    {
        await _folder.AddAsync("d", DatasetFolder.Row(1));
        await _folder.AddAsync("e", DatasetFolder.Row(1));
        var two = (await _folder.AddAsync("d", DatasetFolder.Row(2))).Version;
        await Store.DeleteAsync(DatasetReference.Parse("d@1"), "", Ended);
        var length = _folder.Blobs.List().Single(blob => blob.Digest == two.Blob).LengthBytes;
        (await Store.SweepAsync(Ended)).Removed.ShouldBe(0); // The other dataset has the same rows.
        var deleted = await Store.DeleteAsync(DatasetReference.Parse("d@2"), "", Ended);

        (await Store.SweepAsync(Ended)).ShouldBe(new BlobSweep(1, 1, 0, length), "one blob is freed");
        _folder.Blobs.Find(deleted.Blob).ShouldBeNull();
        (await _folder.RowsAsync("e")).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task The_database_itself_refuses_to_change_a_version()
    {
        await _folder.AddAsync("d", DatasetFolder.Row(1));

        await Should.ThrowAsync<StorageException>(() => _folder.Database.WriteAsync(session => session.Execute("UPDATE dataset_versions SET digest = 'x'"), Ended));
    }

    [Fact]
    public async Task Many_adders_at_once_make_one_version_of_the_same_and_numbers_without_gaps()
    {
        var added = await Task.WhenAll(Enumerable.Range(0, 24).Select(i => Task.Run(() => _folder.AddAsync("d", DatasetFolder.Row(i % 6)))));

        added.Count(result => result.IsNew).ShouldBe(6);
        (await Store.VersionsAsync("d", Ended)).Select(version => version.Number).ShouldBe([6, 5, 4, 3, 2, 1]);
    }

    [Fact]
    public async Task Rows_that_break_off_leave_nothing()
    {
        await Should.ThrowAsync<InvalidDataException>(() => _folder.AddAsync("d", Broken()));

        (await Store.ListAsync(Ended)).ShouldBeEmpty();
        _folder.Blobs.List().ShouldBeEmpty();
        Directory.GetFiles(Path.Combine(_folder.Path, "blobs", "unfinished")).ShouldBeEmpty();

        static IEnumerable<DatasetRow> Broken()
        {
            yield return DatasetFolder.Row(1);
            throw new InvalidDataException("The source breaks off.");
        }
    }

    [Fact]
    public async Task Any_row_of_many_parts_is_found()
    {
        var random = new SeededRandom(5);
        var rows = Enumerable.Range(0, 3000).Select(id => DatasetFolder.Row(id, string.Concat(Enumerable.Range(0, 100).Select(_ => random.NextInt32(1_000_000).ToString(CultureInfo.InvariantCulture))))).ToArray();
        await _folder.AddAsync("d", rows);
        var content = await _folder.ContentAsync("d");
        var lines = content.Read().Select(line => Encoding.UTF8.GetString(line.Span)).ToArray();

        lines.Length.ShouldBe(3000);
        content.ReadRows().Select(row => row.Prompt).ShouldBe(rows.Select(row => row.Prompt));
        foreach (var first in new[] { 0, 1, 1499, 1700, 1701, 2999 })
        {
            content.Read(first).Take(2).Select(line => Encoding.UTF8.GetString(line.Span)).ShouldBe(lines.Skip(first).Take(2));
        }

        content.Read(3000).ShouldBeEmpty();
        using var exported = new MemoryStream();
        await content.ExportAsync(exported, Ended);
        Convert.ToHexStringLower(SHA256.HashData(exported.ToArray())).ShouldBe(content.Version.Digest);
    }

    [Fact]
    public async Task Rows_are_paged_and_searched()
    {
        await _folder.AddAsync("d", Enumerable.Range(0, 25).Select(id => DatasetFolder.Row(id, id % 10 == 3 ? "Ärger \"x\"" : "calm")));
        var content = await _folder.ContentAsync("d");

        var page = content.Page(10, 10, cancellationToken: Ended);
        page.Rows.Select(row => row.Number).ShouldBe(Enumerable.Range(10, 10).Select(number => (long)number));
        page.Next.ShouldBe(20);
        content.Page(20, 10, cancellationToken: Ended).Next.ShouldBeNull();
        content.Page(0, 10, "äRGER \"", Ended).Rows.Select(row => row.Number).ShouldBe([3, 13, 23]);
        content.Page(0, 2, "ärger", Ended).Next.ShouldBe(14);
        content.Page(0, 2, "prompt", Ended).Rows.ShouldBeEmpty(); // Names of columns are no rows.
        content.Page(99, 2, cancellationToken: Ended).Rows.ShouldBeEmpty();
    }

    [Fact]
    public async Task Damaged_rows_are_never_given_out()
    {
        var version = (await _folder.AddAsync("d", Enumerable.Range(0, 500).Select(id => DatasetFolder.Row(id)))).Version;
        var path = Path.Combine(_folder.Path, "blobs", version.Blob[..2], version.Blob[2..]);
        var whole = File.ReadAllBytes(path);
        var random = new SeededRandom(6);
        for (var i = 0; i < 40; i++)
        {
            var bytes = (byte[])whole.Clone();
            bytes[random.NextInt32(bytes.Length)] ^= (byte)(1 << random.NextInt32(8));
            File.WriteAllBytes(path, i % 4 == 0 ? bytes[..random.NextInt32(bytes.Length)] : bytes);
            var content = await _folder.ContentAsync("d");
            Should.Throw<RegistryException>(() => content.Read().Count()).Code.ShouldBe("REG0015");
        }

        await _folder.AddAsync("d", Enumerable.Range(0, 500).Select(id => DatasetFolder.Row(id)));
        (await _folder.RowsAsync("d")).Count.ShouldBe(500); // Adding the same rows again mends it.
    }

    private async Task<long> NumberAsync(string reference) => (await Store.GetAsync(DatasetReference.Parse(reference), Ended)).Number;
}
