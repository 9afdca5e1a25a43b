using System.IO.Compression;
using System.Text;
using Gyre.Contracts;
using Gyre.Training.Curation.Import;
using Gyre.Training.Curation.Records;

namespace Gyre.Training.Tests.Curation.Import;

public sealed class RecordImportTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Every_shape_is_read_with_where_it_is_from()
    {
        File.WriteAllText(_folder.In("a.jsonl"),
            """
            {"messages":[{"role":"user","content":"Hi"},{"role":"assistant","content":"Hello"}],"level":2}

            {"prompt":"p","completion":"c","licence":"MIT"}
            {"prompt":"p","chosen":"good","rejected":"bad"}
            {"text":"alone","tag":"x"}
            """);

        var records = await ReadAsync(new CurationSource { Name = "s", Files = [_folder.In("a.jsonl")], Licence = "CC0-1.0" });

        records.Select(record => record.Shape).ShouldBe([RecordShape.Conversation, RecordShape.Completion, RecordShape.Preference, RecordShape.Text]);
        records.Select(record => record.Origin.Line).ShouldBe([1, 3, 4, 5]);
        records.Select(record => record.Origin.Licence).ShouldBe(["CC0-1.0", "MIT", "CC0-1.0", "CC0-1.0"]);
        records[0].Parts.ShouldBe([new RecordPart("user", "Hi"), new RecordPart("assistant", "Hello")]);
        records[0].Fields["level"].ShouldBe("2");
        records[3].Fields["tag"].ShouldBe("x");
        records.Select(record => record.Hash).Distinct().Count().ShouldBe(4);
    }

    [Fact]
    public async Task Separated_values_follow_RFC_4180_over_several_lines()
    {
        File.WriteAllText(_folder.In("a.csv"), "\uFEFFprompt,completion\r\n\"one, \"\"two\"\"\",\"line\nbreak\"\r\nplain,\r\n");
        File.WriteAllText(_folder.In("b.tsv"), "prompt\tcompletion\n\"quoted\tstays\"\n");

        (await ReadAsync(new CurationSource { Name = "s", Files = [_folder.In("a.csv")], Licence = "MIT" })).Select(record => (record.TextOf("prompt"), record.TextOf("completion"), record.Origin.Line))
            .ShouldBe([("one, \"two\"", "line\nbreak", 2L), ("plain", "", 4L)]);
        (await ReadAsync(new CurationSource { Name = "s", Files = [_folder.In("b.tsv")], Licence = "MIT" })).Single().TextOf("prompt").ShouldBe("\"quoted");
    }

    [Fact]
    public async Task Columns_reach_into_objects_and_lists()
    {
        File.WriteAllText(_folder.In("a.jsonl"), """{"instruction":"Do it","instances":[{"input":"","output":"Done"}],"meta":{"level":"hard"}}""");
        var columns = new RecordColumns { Prompt = "instruction", Completion = "instances.0.output", Fields = new Dictionary<string, string> { ["difficulty"] = "meta.level" } };

        var record = (await ReadAsync(new CurationSource { Name = "s", Files = [_folder.In("a.jsonl")], Licence = "MIT", Columns = columns })).Single();

        (record.TextOf("prompt"), record.TextOf("completion"), record.Fields["difficulty"]).ShouldBe(("Do it", "Done", "hard"));
    }

    [Theory]
    [InlineData(TextUnit.File, new[] { "one\ntwo\n\nthree" }, new[] { 2L })]
    [InlineData(TextUnit.Line, new[] { "one", "two", "three" }, new[] { 2L, 3L, 5L })]
    [InlineData(TextUnit.Paragraph, new[] { "one\ntwo", "three" }, new[] { 2L, 5L })]
    public async Task Plain_text_is_cut_as_asked(TextUnit unit, string[] texts, long[] lines)
    {
        File.WriteAllText(_folder.In("a.txt"), "\none\ntwo\n\nthree");

        var records = await ReadAsync(new CurationSource { Name = "s", Files = [_folder.In("a.txt")], Unit = unit, Licence = "MIT" });

        records.Select(record => record.Text).ShouldBe(texts);
        records.Select(record => record.Origin.Line).ShouldBe(lines);
    }

    [Fact]
    public async Task Folders_patterns_and_gzip_are_read_in_the_order_of_paths()
    {
        Directory.CreateDirectory(_folder.In("x", "y"));
        File.WriteAllText(_folder.In("x", "b.jsonl"), "{\"text\":\"b\"}\n");
        File.WriteAllText(_folder.In("x", "y", "a.jsonl"), "{\"text\":\"a\"}\n");
        File.WriteAllText(_folder.In("x", "other.bin"), "?");
        using (var gzip = new GZipStream(File.Create(_folder.In("x", "c.jsonl.gz")), CompressionLevel.Fastest))
        {
            gzip.Write("{\"text\":\"c\"}\n"u8);
        }

        (await TextsAsync(_folder.In("x"))).ShouldBe(["b", "c", "a"]);
        (await TextsAsync(_folder.In("x", "**", "*.jsonl"))).ShouldBe(["b", "a"]);
        (await TextsAsync(_folder.In("x", "?.jsonl*"))).ShouldBe(["b", "c"]);
        (await Should.ThrowAsync<TrainingException>(() => TextsAsync(_folder.In("x", "*.csv")))).Code.ShouldBe("TRN0500");

        async Task<string[]> TextsAsync(string pattern) => [.. (await ReadAsync(new CurationSource { Name = "s", Files = [pattern], Licence = "MIT" })).Select(record => record.Text)];
    }

    [Fact]
    public async Task All_faults_are_told_at_once_with_their_lines()
    {
        File.WriteAllBytes(_folder.In("a.jsonl"), [.. Encoding.UTF8.GetBytes("{\"text\":\"ok\"}\n[1]\n{\"other\":1}\n{\"messages\":[{\"role\":\"user\"}]}\n{\"text\":\"\\ud800\"}\nnot json\n{\"text\":{}}\n"), 0xFF, (byte)'\n']);
        var import = new RecordImport(null, allowsUnknownLicence: true, dropsFaulty: false);

        (await ReadAsync(new CurationSource { Name = "s", Files = [_folder.In("a.jsonl")] }, import)).Count.ShouldBe(1);
        var error = Should.Throw<TrainingException>(import.Faults.ThrowIfAny);

        error.Code.ShouldBe("TRN0501");
        foreach (var line in Enumerable.Range(2, 7))
        {
            error.Message.ShouldContain($"a.jsonl:{line}:");
        }

        error.Message.ShouldContain("found other");
    }

    [Fact]
    public async Task A_record_without_a_licence_is_a_fault_unless_that_is_allowed()
    {
        File.WriteAllText(_folder.In("a.jsonl"), "{\"text\":\"x\"}\n");
        var refusing = new RecordImport(null, allowsUnknownLicence: false, dropsFaulty: false);
        await ReadAsync(new CurationSource { Name = "s", Files = [_folder.In("a.jsonl")] }, refusing);

        Should.Throw<TrainingException>(refusing.Faults.ThrowIfAny).Message.ShouldContain("has no licence");
        (await ReadAsync(new CurationSource { Name = "s", Files = [_folder.In("a.jsonl")] })).Single().Origin.Licence.ShouldBe("");
    }

    [Fact]
    public async Task What_a_build_wrote_keeps_where_it_was_from_at_first()
    {
        File.WriteAllText(_folder.In("a.jsonl"), "{\"file\":\"first.csv\",\"hash\":\"00\",\"id\":\"1\",\"licence\":\"MIT\",\"line\":9,\"source\":\"old\",\"text\":\"x\"}\n");

        var record = (await ReadAsync(new CurationSource { Name = "new", Files = [_folder.In("a.jsonl")] })).Single();

        record.Origin.ShouldBe(new RecordOrigin("new", "a.jsonl", 1, "MIT"));
        record.Fields["origin"].ShouldBe("old: first.csv:9");
    }

    [Fact]
    public async Task A_version_is_read_through_the_registry_and_needs_one()
    {
        (await Should.ThrowAsync<TrainingException>(() => ReadAsync(new CurationSource { Name = "s", Dataset = "d@1" }))).Code.ShouldBe("TRN0502");

        var import = new RecordImport(new Versions(), allowsUnknownLicence: false, dropsFaulty: false);
        var record = (await ReadAsync(new CurationSource { Name = "s", Dataset = "d" }, import)).Single();
        record.Origin.ShouldBe(new RecordOrigin("s", "d@7", 1, "CC0-1.0"));
        import.Files.Single().ShouldBe(new SourceFile("s", "d@7", "digest", 1));
    }

    /// <summary>Whatever stands in a file: records or faults, never another exception, and the reading ends.</summary>
    [Theory]
    [InlineData(".jsonl", "{\"prompt\":\"a\",\"completion\":\"b\",\"n\":1}\n{\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}\n{\"text\":\"t\"}\n")]
    [InlineData(".csv", "text,b\n\"a\"\"b\",c\n\"x\ny\",z\nplain,w\n")]
    [InlineData(".tsv", "text\tb\na\tb\nc\td\n")]
    [InlineData(".txt", "one\n\ntwo\nthree\n")]
    public async Task Changed_bytes_give_records_or_faults(string ending, string valid)
    {
        var random = new SeededRandom(23);
        var path = _folder.In("f" + ending);
        var (read, faulty) = (0, 0);
        for (var round = 0; round < 400; round++)
        {
            var bytes = Encoding.UTF8.GetBytes(valid).ToList();
            for (var change = random.NextInt32(1, 5); change > 0; change--)
            {
                var at = random.NextInt32(bytes.Count);
                switch (random.NextInt32(3))
                {
                    case 0: bytes[at] = (byte)random.NextInt32(256); break;
                    case 1: bytes.Insert(at, "\"\n\r,\t{}[]\\\0\u00ff"u8.ToArray()[random.NextInt32(12)]); break;
                    default: bytes.RemoveAt(at); break;
                }
            }

            File.WriteAllBytes(path, [.. bytes]);
            var import = new RecordImport(null, allowsUnknownLicence: true, dropsFaulty: true);
            read += (await ReadAsync(new CurationSource { Name = "s", Files = [path] }, import)).Count;
            faulty += (int)import.Faults.Count;
        }

        read.ShouldBeGreaterThan(100);
        faulty.ShouldBeGreaterThan(10);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task A_packed_file_that_was_cut_off_or_damaged_is_a_clear_error(int damage)
    {
        var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, 5000).Select(i => $"{{\"text\":\"line {i * 7919}\"}}\n"))));
        }

        File.WriteAllBytes(_folder.In("a.jsonl.gz"), damage == 0 ? packed.ToArray()[..(int)(packed.Length / 2)] : [.. packed.ToArray()[..200], .. new byte[50], .. packed.ToArray()[250..]]);

        (await Should.ThrowAsync<TrainingException>(() => ReadAsync(new CurationSource { Name = "s", Files = [_folder.In("a.jsonl.gz")], Licence = "MIT" }))).Code.ShouldBe("TRN0500");
    }

    private static async Task<List<CurationRecord>> ReadAsync(CurationSource source, RecordImport? import = null)
    {
        var records = new List<CurationRecord>();
        await foreach (var record in (import ?? new RecordImport(null, allowsUnknownLicence: true, dropsFaulty: false)).ReadAsync(source, TestContext.Current.CancellationToken))
        {
            records.Add(record);
        }

        return records;
    }

    private sealed class Versions : IVersionSource
    {
        public Task<VersionRows> OpenAsync(string reference, CancellationToken cancellationToken) =>
            Task.FromResult(new VersionRows("d@7", "digest", "CC0-1.0", [Encoding.UTF8.GetBytes("{\"id\":\"1\",\"text\":\"x\"}")]));
    }
}
