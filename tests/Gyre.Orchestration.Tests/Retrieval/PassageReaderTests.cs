using System.Text;
using Gyre.Orchestration.Retrieval;

namespace Gyre.Orchestration.Tests.Retrieval;

public sealed class PassageReaderTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("gyre-passages-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_folder_is_read_in_the_order_of_its_paths()
    {
        Write("b.txt", "B one.");
        Write("a/z.md", "# Z\n\nText of z.");
        Write("a/lines.jsonl", "{\"id\": \"x\", \"text\": \"X text\", \"document\": \"X\", \"price\": 3}\n\n{\"id\": \"y\", \"text\": \"Y text\u2028same line\"}\r\n");
        Write("c.png", "not read");
        Write(".hidden/h.md", "not read");
        Directory.CreateSymbolicLink(Path.Combine(_folder, "a", "round"), _folder);

        var passages = await Read("");

        passages.Select(passage => (passage.Id, passage.Document, passage.Text)).ShouldBe(
        [
            ("x", "X", "X text"), ("y", "a/lines.jsonl", "Y text\u2028same line"), ("a/z.md#1", "a/z.md", "# Z\n\nText of z."), ("b.txt#1", "b.txt", "B one."),
        ]);
    }

    [Fact]
    public async Task A_passage_is_the_text_of_its_place_in_the_file()
    {
        var text = string.Join("\n\n", Enumerable.Range(1, 60).Select(i => $"Paragraph {i} says {i} things. It ends here."));
        Write("long.md", text);

        var passages = await PassageReader.ReadAsync(Path.Combine(_folder, "long.md"), new PassageReaderOptions { Splitter = new TextSplitterOptions { MostCharacters = 200, Overlap = 40 } }, TestContext.Current.CancellationToken);

        passages.Count.ShouldBeGreaterThan(10);
        passages.Select(passage => passage.Text).ShouldBe(passages.Select(passage => text[passage.Start..passage.End]));
        passages.ShouldAllBe(passage => passage.Document == "long.md");
        passages.Select(passage => passage.Id).ShouldBe(Enumerable.Range(1, passages.Count).Select(i => $"long.md#{i}"));
    }

    [Theory]
    [InlineData("utf-8")]
    [InlineData("utf-16")]
    [InlineData("utf-16BE")]
    [InlineData("utf-32")]
    public async Task A_mark_at_the_beginning_says_the_encoding(string name)
    {
        var encoding = Encoding.GetEncoding(name);
        File.WriteAllBytes(Path.Combine(_folder, "a.txt"), [.. encoding.GetPreamble(), .. encoding.GetBytes("caf\u00E9 \U0001F44D")]);

        (await Read("a.txt")).Single().Text.ShouldBe("caf\u00E9 \U0001F44D");
    }

    [Fact]
    public async Task Bytes_of_another_encoding_are_refused_with_their_place()
    {
        File.WriteAllBytes(Path.Combine(_folder, "a.txt"), [.. "caf"u8, 0xE9, .. " x"u8]);

        var error = await Fails("a.txt", "ORC0002");

        error.Message.ShouldContain("bytes at 3");
        error.Message.ShouldContain("a.txt");
    }

    [Fact]
    public async Task A_binary_file_is_refused()
    {
        File.WriteAllBytes(Path.Combine(_folder, "a.txt"), [65, 0, 66]);

        (await Fails("a.txt", "ORC0002")).Message.ShouldContain("character 2");
    }

    [Theory]
    [InlineData("{\"id\": \"a\"}", "line 1: 'text' is missing")]
    [InlineData("{\"text\": \"a\"}", "line 1: 'id' is missing")]
    [InlineData("{\"id\": 3, \"text\": \"a\"}", "line 1: 'id' is missing, empty or no text")]
    [InlineData("{\"id\": \"a\", \"text\": \"a\", \"document\": \"\"}", "line 1: 'document'")]
    [InlineData("\n[1]", "line 2: is no JSON object")]
    [InlineData("{\"id\": \"a\", \"id\": \"b\", \"text\": \"a\"}", "line 1: is not JSON")]
    [InlineData("{\"id\": \"a\", \"text\": \"\\ud800\"}", "line 1: holds half a surrogate pair")]
    [InlineData("nonsense", "line 1: is not JSON")]
    [InlineData("{\"id\": \"a\", \"text\": \"x\\u0000y\"}", "line 1: 'text'")]
    public async Task A_line_with_a_fault_is_named(string line, string expected)
    {
        Write("a.jsonl", line);

        (await Fails("a.jsonl", "ORC0004")).Message.ShouldContain(expected);
    }

    [Fact]
    public async Task Many_faults_are_counted_and_the_first_shown()
    {
        Write("a.jsonl", string.Concat(Enumerable.Repeat("x\n", 5_000)));

        var error = await Fails("a.jsonl", "ORC0004");

        error.Message.ShouldContain("5000 line(s)");
        error.Message.ShouldContain("and 4990 more");
        error.Message.Length.ShouldBeLessThan(2_000);
    }

    [Fact]
    public async Task Depth_without_end_is_a_fault()
    {
        Write("a.jsonl", $"{{\"id\": \"a\", \"text\": \"b\", \"more\": {new string('[', 100_000)}");

        await Fails("a.jsonl", "ORC0004");
    }

    [Fact]
    public async Task One_id_twice_is_refused_with_both_files()
    {
        Write("a.jsonl", "{\"id\": \"a\", \"text\": \"b\"}");
        Write("b.jsonl", "{\"id\": \"a\", \"text\": \"c\"}");

        var error = await Fails("", "ORC0005");

        error.Message.ShouldContain("a.jsonl");
        error.Message.ShouldContain("b.jsonl");
    }

    [Theory]
    [InlineData("missing.md", "ORC0001")]
    [InlineData("missing", "ORC0007")]
    [InlineData("", "ORC0007")]
    [InlineData("picture.png", "ORC0007")]
    [InlineData("empty.txt", "ORC0007")]
    public async Task Where_nothing_readable_is_an_error_says_so(string path, string code)
    {
        if (path.Length > 0)
        {
            Write("picture.png", "x");
            Write("empty.txt", " \n ");
        }

        await Fails(path, code);
    }

    [Theory]
    [InlineData(3, 10, 10)]
    [InlineData(100, 1, 10)]
    [InlineData(100, 10, 1)]
    public async Task Bounds_are_kept(int bytes, int files, int passages)
    {
        Write("a.txt", "Some text.");
        Write("b.txt", "More text.");

        var error = await Should.ThrowAsync<OrchestrationException>(() => PassageReader.ReadAsync(_folder, new PassageReaderOptions { MostFileBytes = bytes, MostFiles = files, MostPassages = passages }));

        error.Code.ShouldBe("ORC0003");
    }

    private Task<IReadOnlyList<Passage>> Read(string path) => PassageReader.ReadAsync(Path.Combine(_folder, path), new PassageReaderOptions(), TestContext.Current.CancellationToken);

    private async Task<OrchestrationException> Fails(string path, string code)
    {
        var error = await Should.ThrowAsync<OrchestrationException>(() => Read(path));
        error.Code.ShouldBe(code);
        return error;
    }

    private void Write(string path, string text)
    {
        var full = Path.Combine(_folder, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!); // The path is below the folder.
        File.WriteAllText(full, text);
    }
}
