using System.IO.Compression;
using System.Text;
using Gyre.Contracts;
using Gyre.Evaluation.Datasets;
using Shouldly;
using Xunit;

namespace Gyre.Evaluation.Tests.Datasets;

public sealed class DatasetFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("gyre-test-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Rows_come_from_JSON_lines_with_named_columns_lists_and_members_of_members()
    {
        var dataset = Open("d.jsonl", """
            {"q":"Who?","answers":{"text":["Ada","Ada Lovelace"]},"level":3}

            {"q":"When?","answers":{"text":[]},"level":null}
            """, new DatasetColumns { Prompt = "q", Reference = "answers.text", Facts = new Dictionary<string, string> { ["level"] = "level" } });
        var rows = dataset.Read().ToArray();
        rows.Select(row => (row.Id, row.Prompt, row.Reference, row.Task)).ShouldBe([("1", "Who?", "Ada", "default"), ("2", "When?", "", "default")]);
        rows[0].Facts.OrderBy(fact => fact.Key).Select(fact => $"{fact.Key}={fact.Value}").ShouldBe(["level=3", "reference.2=Ada Lovelace"]);
        (dataset.Count, dataset.RowsWithoutReference).ShouldBe((2, 1));
    }

    [Fact]
    public void Rows_come_from_CSV_with_quotes_line_ends_and_a_byte_order_mark()
    {
        var dataset = Open("d.csv", "\uFEFFid,prompt,reference\r\na,\"one, \"\"two\"\"\nthree\",x\r\nb,plain,\r\n");
        dataset.Read().Select(row => (row.Id, row.Prompt, row.Reference)).ShouldBe([("a", "one, \"two\"\nthree", "x"), ("b", "plain", "")]);
    }

    [Fact]
    public void A_packed_file_and_the_same_rows_in_memory_have_the_same_digest()
    {
        var path = Path.Combine(_folder, "d.tsv.gz");
        using (var stream = new GZipStream(File.Create(path), CompressionLevel.Fastest))
        {
            stream.Write("prompt\treference\nsay \"a\"\tA\n"u8);
        }

        var file = DatasetFile.Open(path, new DatasetColumns());
        var memory = new RowDataset("m", [new DatasetRow("1", "default", "say \"a\"", "A", new Dictionary<string, string>(), "", "")], "here");
        file.Digest.ShouldBe(memory.Digest);
        new RowDataset("m", [memory.Read().First() with { Reference = "B" }], "here").Digest.ShouldNotBe(memory.Digest);
    }

    [Fact]
    public void All_faults_are_told_at_once_with_their_lines()
    {
        var error = Should.Throw<EvaluationException>(() => Open("d.jsonl", """
            {"id":"a","prompt":"x"}
            {"id":"a","prompt":"y"}
            {"id":"b","question":"z"}
            [1]
            {"id":"c",
            {"id":"d","prompt":" "}
            {"id":"e","prompt":{"a":1}}
            """));
        error.Code.ShouldBe("EVA0030");
        error.Message.ShouldContain("line 2: the id 'a' is there already");
        error.Message.ShouldContain("line 3: the column 'prompt' (the prompt) is missing; found id, question.");
        error.Message.ShouldContain("line 4: is a JSON array");
        error.Message.ShouldContain("line 5: is not JSON");
        error.Message.ShouldContain("line 6: the column 'prompt' (the prompt) is empty");
        error.Message.ShouldContain("line 7: the column 'prompt' holds a JSON object");
    }

    [Fact]
    public void Rows_of_CSV_that_do_not_fit_the_head_are_faults()
    {
        var error = Should.Throw<EvaluationException>(() => Open("d.csv", "prompt,reference\na,b\nc\nd,e,f\n"));
        error.Message.ShouldContain("line 3: has 1 values; expected 2");
        error.Message.ShouldContain("line 4: has 3 values; expected 2");
        Should.Throw<EvaluationException>(() => Open("e.csv", "prompt,prompt\na,b\n")).Message.ShouldContain("names the column 'prompt' twice");
    }

    [Theory]
    [InlineData("d.jsonl", "{\"prompt\":\"ok\"}\n{\"prompt\":\"caf")]
    [InlineData("d.csv", "prompt\nok\ncaf")]
    public void Another_encoding_in_the_middle_is_a_fault(string name, string begin)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllBytes(path, [.. Encoding.ASCII.GetBytes(begin), 0xE9, .. Encoding.ASCII.GetBytes(name.EndsWith('v') ? "\n" : "\"}\n")]);
        Should.Throw<EvaluationException>(() => DatasetFile.Open(path, new DatasetColumns())).Message.ShouldContain("not UTF-8");
    }

    [Fact]
    public void A_file_that_changes_between_two_passes_is_refused()
    {
        var dataset = Open("d.jsonl", "{\"prompt\":\"a\"}\n");
        File.WriteAllText(Path.Combine(_folder, "d.jsonl"), "{\"prompt\":\"b\"}\n");
        Should.Throw<EvaluationException>(() => dataset.Read().Count()).Code.ShouldBe("EVA0031");
    }

    [Fact]
    public void Missing_empty_and_unknown_files_say_what_to_do()
    {
        Should.Throw<EvaluationException>(() => DatasetFile.Open(Path.Combine(_folder, "none.jsonl"), new DatasetColumns())).Code.ShouldBe("EVA0032");
        Should.Throw<EvaluationException>(() => Open("d.xlsx", "x")).Message.ShouldContain("expected .jsonl, .csv or .tsv");
        Should.Throw<EvaluationException>(() => Open("e.jsonl", "\n\n")).Message.ShouldContain("there are no rows");
        Should.Throw<EvaluationException>(() => Open("e.jsonl.gz", "no gzip")).Code.ShouldBe("EVA0032");
    }

    [Fact]
    public void Damaged_files_give_errors_of_this_room_only()
    {
        var whole = "{\"id\":\"a\",\"prompt\":\"x\",\"reference\":[\"y\",\"z\"]}\n{\"id\":\"b\",\"prompt\":\"\\u00e9\"}\n"u8.ToArray();
        var csv = "id,prompt\na,\"x\ny\"\nb,z\n"u8.ToArray();
        var random = new SeededRandom(21);
        for (var i = 0; i < 600; i++)
        {
            var bytes = (byte[])(i % 2 == 0 ? whole : csv).Clone();
            for (var flips = random.NextInt32(1, 4); flips > 0; flips--)
            {
                bytes[random.NextInt32(bytes.Length)] = (byte)random.NextInt32(256);
            }

            var path = Path.Combine(_folder, i % 2 == 0 ? "f.jsonl" : "f.csv");
            File.WriteAllBytes(path, bytes);
            try
            {
                DatasetFile.Open(path, new DatasetColumns()).Read().Count().ShouldBeGreaterThan(0);
            }
            catch (EvaluationException error)
            {
                error.Code.ShouldStartWith("EVA003");
            }
        }
    }

    [Fact]
    public void Other_columns_are_kept_as_facts_when_that_is_asked_for()
    {
        var columns = new DatasetColumns { Prompt = "q", Reference = "answers.text", KeepsOthers = true };
        var row = Open("d.jsonl", """
            {"q":"Who?","answers":{"text":"Ada"},"level":3,"tags":["a","b"],"facts":{"is.old":"yes","n":null},"task":"t"}
            """, columns).Read().Single();
        row.Facts.OrderBy(fact => fact.Key).Select(fact => $"{fact.Key}={fact.Value}").ShouldBe(["is.old=yes", "level=3", "tags.1=a", "tags.2=b"]);
        Open("d.csv", "prompt,level\np,\n", new DatasetColumns { KeepsOthers = true }).Read().Single().Facts.ShouldBe([new("level", "")]);
        Should.Throw<EvaluationException>(() => Open("e.jsonl", """{"q":"Who?","more":{"a":1}}""", columns)).Message.ShouldContain("the column 'more' holds a JSON object");
        Should.Throw<EvaluationException>(() => Open("e.jsonl", """{"q":"Who?","level":1,"facts":{"level":"2"}}""", columns)).Message.ShouldContain("has the name of a fact");
    }

    [Theory]
    [InlineData("""{"prompt":"\ud800"}""")]
    [InlineData("""{"prompt":"p","reference":["\udc00"]}""")]
    [InlineData("""{"prompt":"p","\ud800":"x"}""")]
    public void Half_a_surrogate_pair_is_a_fault(string line) =>
        Should.Throw<EvaluationException>(() => Open("d.jsonl", line)).Message.ShouldContain("is no Unicode");

    /// <summary>So the digest is also that of the exported file.</summary>
    [Fact]
    public void The_digest_is_that_of_the_canonical_lines()
    {
        var lines = "{\"facts\":{\"level\":\"3\"},\"id\":\"a\",\"prompt\":\"Who?\",\"task\":\"t\"}\n{\"id\":\"b\",\"prompt\":\"Où?\",\"reference\":\"là\",\"task\":\"t\"}\n";
        Open("d.jsonl", lines, new DatasetColumns { KeepsOthers = true }).Digest
            .ShouldBe(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes(lines))));
    }

    private DatasetFile Open(string name, string text, DatasetColumns? columns = null)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllText(path, text);
        return DatasetFile.Open(path, columns ?? new DatasetColumns());
    }
}
