using System.IO.Compression;
using System.Text;
using Gyre.Training.Examples;

namespace Gyre.Training.Tests.Examples;

public sealed class ExampleFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Json_lines_hold_conversations_prompts_with_completions_and_texts()
    {
        var examples = Read("a.jsonl", """
            {"messages": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Hello"}], "task": "talk"}
            {"prompt": "2+2", "completion": "4"}

            {"system": "S", "prompt": "Q", "answer": "A"}
            {"text": "A text."}
            """);

        examples.Select(example => example.Task).ShouldBe(["talk", "given", "given", "given"]);
        examples[0].Turns.Select(turn => turn.Role).ShouldBe(["system", "user", "assistant"]);
        examples[1].Turns.Select(turn => turn.Content).ShouldBe(["2+2", "4"]);
        examples[2].Turns.Select(turn => turn.Content).ShouldBe(["S", "Q", "A"]);
        (examples[3].Text, examples[3].Turns.Count, examples[3].Place).ShouldBe(("A text.", 0, "a.jsonl:5"));
    }

    [Fact]
    public void Tables_and_texts_are_read_plain_or_packed()
    {
        Read("t.csv", "prompt,completion\nQ,A\n\"two\nlines\",B\n").Select(example => example.Turns[0].Content).ShouldBe(["Q", "two\nlines"]);
        Read("t.txt", "one\nstill one\n\n\ntwo\n\n").Select(example => example.Text).ShouldBe(["one\nstill one", "two"]);
        using (var stream = new GZipStream(File.Create(_folder.In("t.jsonl.gz")), CompressionMode.Compress))
        {
            stream.Write(Encoding.UTF8.GetBytes("{\"prompt\": \"Q\", \"response\": \"A\"}\n"));
        }

        ExampleFile.Read(_folder.In("t.jsonl.gz"), "given", "\n\n", new ExampleFaults()).Single().Turns[1].Content.ShouldBe("A");
    }

    [Fact]
    public void Tables_hold_whatever_a_JSON_line_may_hold_and_their_rows_are_told_one_by_one()
    {
        Read("t.tsv", "instruction\tinput\toutput\ttask\nTurn round\tab\tba\tturn\nSay hi\t\thi\t\n")
            .Select(example => (example.Task, example.Turns[0].Content, example.Turns[1].Content))
            .ShouldBe([("turn", "Turn round\n\nab", "ba"), ("given", "Say hi", "hi")]);
        Read("texts.csv", "text\n\"one\nmore\"\n").Single().Text.ShouldBe("one\nmore");
        File.WriteAllText(_folder.In("holes.csv"), "prompt,completion\nQ,A\nQ2,\nQ3,A3,more\n");
        var faults = new ExampleFaults();

        ExampleFile.Read(_folder.In("holes.csv"), "given", "\n\n", faults).Count().ShouldBe(1);

        var message = Should.Throw<TrainingException>(faults.ThrowIfAny).Message;
        message.ShouldContain("holes.csv:3: has an empty completion");
        message.ShouldContain("holes.csv:4: has 3 values");
    }

    [Fact]
    public void A_folder_and_a_pattern_give_the_examples_of_their_files_in_order()
    {
        Directory.CreateDirectory(_folder.In("texts", "more"));
        File.WriteAllText(_folder.In("texts", "b.txt"), "three");
        File.WriteAllText(_folder.In("texts", "a.txt"), "one\n\ntwo");
        File.WriteAllText(_folder.In("texts", "more", "c.jsonl"), "{\"text\": \"four\"}");
        File.WriteAllText(_folder.In("texts", "picture.png"), "no text");
        var faults = new ExampleFaults();

        var all = ExampleFile.Read(_folder.In("texts"), "given", "\n\n", faults).ToArray();

        all.Select(example => example.Text).ShouldBe(["one", "two", "three", "four"]);
        all[^1].Place.ShouldBe("more/c.jsonl:1");
        ExampleFile.Read(_folder.In("texts", "*.txt"), "given", "\n\n", faults).Select(example => example.Text).ShouldBe(["one", "two", "three"]);
        ExampleFile.Read(_folder.In("texts", "**", "c.*"), "given", "\n\n", faults).Select(example => example.Text).ShouldBe(["four"]);
        Should.Throw<TrainingException>(() => ExampleFile.Read(_folder.In("texts", "*.md"), "given", "\n\n", faults).Count()).Code.ShouldBe("TRN0303");
        Should.Throw<TrainingException>(() => ExampleFile.Read(_folder.In("texts", "*.png"), "given", "\n\n", faults).Count()).Message.ShouldContain("ending '.png'");
        faults.Count.ShouldBe(0);
    }

    [Theory]
    [InlineData("t.jsonl.gz", "{\"text\": \"aaaaaaaaaaaaaaaaaaaaaaaaaaaa\"}\n")]
    [InlineData("t.csv.gz", "text\naaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n")]
    [InlineData("t.txt.gz", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n\n")]
    public void A_packed_file_that_unfolds_too_far_or_was_cut_off_is_an_error(string name, string row)
    {
        var text = new StringBuilder(row);
        for (var i = 0; i < 20_000; i++)
        {
            text.Append(row.StartsWith("text", StringComparison.Ordinal) ? FormattableString.Invariant($"b{i * 7919 % 10_007}\n") : row.Replace("aaaa", FormattableString.Invariant($"b{i * 7919 % 10_007}"), StringComparison.Ordinal));
        }

        using (var stream = new GZipStream(File.Create(_folder.In(name)), CompressionMode.Compress))
        {
            stream.Write(Encoding.UTF8.GetBytes(text.ToString()));
        }

        ExampleFile.Read(_folder.In(name), "given", "\n\n", new ExampleFaults()).Count().ShouldBeGreaterThan(20_000 - 1);
        var bomb = Should.Throw<TrainingException>(() => ExampleFile.Read(_folder.In(name), "given", "\n\n", new ExampleFaults(), mostBytes: 4096).Count());
        (bomb.Code, bomb.Message).ShouldSatisfyAllConditions(
            told => told.Code.ShouldBe("TRN0303"), told => told.Message.ShouldContain("unfolds to more than 4096 bytes"), told => told.Message.ShouldContain(name));

        var packed = File.ReadAllBytes(_folder.In(name));
        File.WriteAllBytes(_folder.In("cut-" + name), packed[..(packed.Length / 2)]);
        var cut = Should.Throw<TrainingException>(() => ExampleFile.Read(_folder.In("cut-" + name), "given", "\n\n", new ExampleFaults()).Count());
        cut.Code.ShouldBe("TRN0303");
        cut.Message.ShouldContain("cut-" + name);
    }

    [Theory]
    [InlineData("not json", "is no JSON")]
    [InlineData("[1]", "expected a JSON object")]
    [InlineData("""{"prompt": "Q"}""", "none of completion")]
    [InlineData("""{"instruction": "Q", "input": "I"}""", "has 'instruction' and none of")]
    [InlineData("""{"prompt": " ", "completion": "A"}""", "empty prompt")]
    [InlineData("""{"prompt": "Q", "completion": ""}""", "empty completion")]
    [InlineData("""{"prompt": 3, "completion": "A"}""", "has the fields prompt, completion")]
    [InlineData("""{"messages": "no"}""", "is no list")]
    [InlineData("""{"messages": [{"role": "user", "content": "Q"}]}""", "no assistant message")]
    [InlineData("""{"messages": [{"role": "robot", "content": "Q"}]}""", "has the role 'robot'")]
    [InlineData("""{"messages": [{"role": "user"}]}""", "has no text as content")]
    [InlineData("""{"question": "Q"}""", "has the fields question")]
    public void A_line_that_holds_no_example_is_a_fault_with_its_place(string line, string fault)
    {
        var faults = new ExampleFaults();
        File.WriteAllText(_folder.In("bad.jsonl"), "{\"text\": \"fine\"}\n" + line + "\n");

        ExampleFile.Read(_folder.In("bad.jsonl"), "given", "\n\n", faults).Count().ShouldBe(1);

        var error = Should.Throw<TrainingException>(faults.ThrowIfAny);
        error.Code.ShouldBe("TRN0302");
        error.Message.ShouldContain("bad.jsonl:2");
        error.Message.ShouldContain(fault);
    }

    [Fact]
    public void Many_faults_are_counted_and_the_first_are_listed()
    {
        var faults = new ExampleFaults();
        File.WriteAllText(_folder.In("bad.jsonl"), string.Concat(Enumerable.Repeat("x\n", 50)));

        ExampleFile.Read(_folder.In("bad.jsonl"), "given", "\n\n", faults).ShouldBeEmpty();

        var message = Should.Throw<TrainingException>(faults.ThrowIfAny).Message;
        message.ShouldContain("50 faults, the first 20 of them");
        message.Split('\n').Length.ShouldBe(21);
    }

    [Theory]
    [InlineData("gone.jsonl", "does not exist")]
    [InlineData("a.parquet", "ending '.parquet' is unknown")]
    [InlineData("bytes.txt", "")]
    [InlineData("bad.csv", "completion")]
    public void A_file_that_cannot_be_read_is_named(string name, string reason)
    {
        File.WriteAllText(_folder.In("a.parquet"), "x");
        File.WriteAllBytes(_folder.In("bytes.txt"), [0x61, 0xff, 0xfe]);
        File.WriteAllText(_folder.In("bad.csv"), "prompt\nQ\n");

        var error = Should.Throw<TrainingException>(() => ExampleFile.Read(_folder.In(name), "given", "\n\n", new ExampleFaults()).Count());

        error.Code.ShouldBe("TRN0303");
        error.Message.ShouldContain(reason);
        error.Message.ShouldContain(name);
    }

    public void Dispose() => _folder.Dispose();

    private List<TrainingExample> Read(string name, string text)
    {
        File.WriteAllText(_folder.In(name), text);
        var faults = new ExampleFaults();
        List<TrainingExample> examples = [.. ExampleFile.Read(_folder.In(name), "given", "\n\n", faults)];
        faults.Count.ShouldBe(0);
        return examples;
    }
}
