using Gyre.Training.Alignment;
using Gyre.Training.Alignment.Pairs;
using Gyre.Training.Bases;

namespace Gyre.Training.Tests.Alignment;

public sealed class AlignmentDataTests(TinyBase tiny) : IClassFixture<TinyBase>, IDisposable
{
    private const string Pair = """{"prompt": "Who are you?", "chosen": "An assistant.", "rejected": "Nobody."}""";
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("""{"prompt": "Hi", "chosen": "A", "rejected": "B"}""")]
    [InlineData("""{"prompt": [{"role": "user", "content": "Hi"}], "chosen": [{"role": "assistant", "content": "A"}], "rejected": [{"role": "assistant", "content": "B"}]}""")]
    [InlineData("""{"chosen": [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "A"}], "rejected": [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "B"}]}""")]
    [InlineData("""{"chosen": "\n\nHuman: Hi\n\nAssistant: A", "rejected": "\n\nHuman: Hi\n\nAssistant: B"}""")]
    [InlineData("""{"prompt": "\n\nHuman: Hi\n\nAssistant:", "chosen": "A", "rejected": "B"}""")]
    public void Every_form_of_a_pair_is_read_alike(string line)
    {
        var pair = AlignmentFile.ReadPairs(Write(line)).ShouldHaveSingleItem();
        pair.Prompt.Select(turn => (turn.Role, turn.Content)).ShouldBe([("user", "Hi")]);
        (pair.Chosen, pair.Rejected, pair.Source).ShouldBe(("A", "B", "data.jsonl:1"));
        AlignmentFile.ReadRated(_folder.In("data.jsonl")).Select(answer => (answer.Answer, answer.IsDesirable)).ShouldBe([("A", true), ("B", false)]);
    }

    [Fact]
    public void Conversations_keep_their_earlier_turns()
    {
        var pair = AlignmentFile.ReadPairs(Write("""{"chosen": "\n\nHuman: a\n\nAssistant: b\n\nHuman: c\n\nAssistant: d", "rejected": "\n\nHuman: a\n\nAssistant: b\n\nHuman: c\n\nAssistant: e"}"""))[0];
        pair.Prompt.Select(turn => turn.Role + turn.Content).ShouldBe(["usera", "assistantb", "userc"]);
        (pair.Chosen, pair.Rejected).ShouldBe(("d", "e"));
    }

    [Fact]
    public void Margins_labels_references_and_facts_are_read()
    {
        AlignmentFile.ReadPairs(Write("""{"prompt": "p", "chosen": "a", "rejected": "b", "margin": 1.5}"""))[0].Margin.ShouldBe(1.5);
        AlignmentFile.ReadRated(Write("""{"prompt": "p", "completion": "a", "label": false}"""))[0].IsDesirable.ShouldBeFalse();
        var row = AlignmentFile.ReadPrompts(Write("""{"prompt": "p", "reference": "r", "facts": {"attribute.colour": "red"}, "task": "describe"}"""))[0].Row;
        (row.Prompt, row.Reference, row.Task, row.Facts["attribute.colour"]).ShouldBe(("p", "r", "describe", "red"));
    }

    [Theory]
    [InlineData("[1]", "no object")]
    [InlineData("{", "not JSON")]
    [InlineData("""{"prompt": "p", "chosen": "a"}""", "no 'rejected'")]
    [InlineData("""{"prompt": 3, "chosen": "a", "rejected": "b"}""", "'prompt' that is neither")]
    [InlineData("""{"prompt": [{"role": "judge", "content": "x"}], "chosen": "a", "rejected": "b"}""", "without role")]
    [InlineData("""{"chosen": "hello", "rejected": "b"}""", "Human:")]
    [InlineData("""{"chosen": "\n\nHuman: a\n\nAssistant: b", "rejected": "\n\nHuman: other\n\nAssistant: b"}""", "differ before their last answers")]
    [InlineData("""{"chosen": "\n\nHuman: a\n\nAssistant: ", "rejected": "\n\nHuman: a\n\nAssistant: b"}""", "'chosen' does not end with the assistant's answer")]
    [InlineData("""{"prompt": "p", "chosen": [{"role": "user", "content": "x"}], "rejected": "b"}""", "does not end with one answer")]
    public void A_bad_row_is_named_with_its_line(string line, string found)
    {
        var error = Should.Throw<TrainingException>(() => AlignmentFile.ReadPairs(Write(Pair, line)));
        error.Code.ShouldBe("TRN0400");
        error.Message.ShouldContain("line 2");
        error.Message.ShouldContain(found);
    }

    [Fact]
    public void Missing_and_empty_files_are_errors()
    {
        Should.Throw<TrainingException>(() => AlignmentFile.ReadPairs(_folder.In("nowhere.jsonl"))).Code.ShouldBe("TRN0400");
        Should.Throw<TrainingException>(() => AlignmentFile.ReadPairs(Write("", " "))).Code.ShouldBe("TRN0401");
        Should.Throw<TrainingException>(() => AlignmentFile.ReadRated(Write("""{"prompt": "p", "completion": "a", "label": "yes"}"""))).Message.ShouldContain("'label'");
    }

    [Fact]
    public void Contradictory_pairs_are_refused_or_left_out()
    {
        var path = Write(Pair, """{"prompt": "a", "chosen": "x", "rejected": "x "}""", """{"prompt": "b", "chosen": "x", "rejected": "y"}""", """{"prompt": "b", "chosen": "y", "rejected": "x"}""");
        var error = Should.Throw<TrainingException>(() => Read($"files: '{path}', validation_share: 0"));
        error.Code.ShouldBe("TRN0401");
        error.Message.ShouldContain("data.jsonl:2 has the same answer");
        error.Message.ShouldContain("data.jsonl:3 is there both ways round");
        var data = Read($"files: '{path}', validation_share: 0, contradictory: drop");
        (data.Count, data.Dropped).ShouldBe((1, 3));
    }

    [Fact]
    public void Conversations_that_part_before_their_last_answers_or_have_none_are_refused_or_left_out()
    {
        var path = Write(
            Pair,
            """{"chosen": "\n\nHuman: a\n\nAssistant: b", "rejected": "\n\nHuman: other\n\nAssistant: b"}""",
            """{"chosen": "\n\nHuman: a\n\nAssistant:", "rejected": "\n\nHuman: a\n\nAssistant: b"}""");
        Should.Throw<TrainingException>(() => Read($"files: '{path}', validation_share: 0")).Message.ShouldContain("data.contradictory to drop");
        var data = Read($"files: '{path}', validation_share: 0, contradictory: drop");
        (data.Count, data.Dropped).ShouldBe((1, 2));
    }

    [Fact]
    public void Rated_answers_that_were_pairs_are_measured_as_pairs_too()
    {
        var data = Read("brand: {pairs: 6, held_out: 4}", "kto");
        (data.Rated.Length, data.HeldOutRated.Length, data.HeldOutPairs.Length).ShouldBe((12, 8, 4));
        data.HeldOutPairs.ShouldAllBe(pair => pair.Chosen.Prompt.SequenceEqual(pair.Rejected.Prompt) && !pair.Chosen.Answer.SequenceEqual(pair.Rejected.Answer));
    }

    [Fact]
    public void Plain_examples_are_every_answer_of_their_conversations()
    {
        File.WriteAllText(_folder.In("talk.jsonl"), """{"messages":[{"role":"user","content":"Hi"},{"role":"assistant","content":"Yes?"},{"role":"user","content":"Bye"},{"role":"assistant","content":"Good day."}]}""");
        var data = Read("brand: {pairs: 4}", more: $"replay: {{examples: [{{file: '{_folder.In("talk.jsonl")}'}}]}}");
        data.Replay.Length.ShouldBe(2);
        data.Replay[1].Prompt.Length.ShouldBeGreaterThan(data.Replay[0].Length);
        Read("brand: {pairs: 4}").Digest().ShouldNotBe(data.Digest());

        File.WriteAllText(_folder.In("text.txt"), "A text alone.");
        Should.Throw<TrainingException>(() => Read("brand: {pairs: 4}", more: $"replay: {{examples: [{{file: '{_folder.In("text.txt")}'}}]}}")).Code.ShouldBe("TRN0302");
        Should.Throw<TrainingException>(() => Read("brand: {pairs: 4}", more: "replay: {rows: 2}")).Message.ShouldContain("replay.examples");
    }

    [Fact]
    public void Samples_longer_than_the_limit_are_refused_or_left_out()
    {
        var path = Write(Pair, $$"""{"prompt": "{{string.Concat(Enumerable.Repeat("dress ", 60))}}", "chosen": "x", "rejected": "y"}""");
        var error = Should.Throw<TrainingException>(() => Read($"files: '{path}', validation_share: 0, max_tokens: 40"));
        error.Code.ShouldBe("TRN0402");
        error.Message.ShouldContain("data.jsonl:2 with ");
        Read($"files: '{path}', validation_share: 0, max_tokens: 40, too_long: drop").Count.ShouldBe(1);
        Should.Throw<TrainingException>(() => Read($"files: '{path}', validation_share: 0, max_tokens: 2, too_long: drop")).Code.ShouldBe("TRN0401");
    }

    [Fact]
    public void A_prompt_is_on_one_side_of_the_split_alone()
    {
        var lines = Enumerable.Range(0, 200).Select(i => $$"""{"prompt": "question {{i / 2}}", "chosen": "a{{i}}", "rejected": "b{{i}}"}""").ToArray();
        var data = Read($"files: '{Write(lines)}', validation_share: 0.3");
        data.HeldOutCount.ShouldBeInRange(30, 90);
        (data.Count + data.HeldOutCount).ShouldBe(200);
        var trained = data.Pairs.Select(pair => string.Join(',', pair.Chosen.Prompt)).ToHashSet(StringComparer.Ordinal);
        data.HeldOutPairs.ShouldAllBe(pair => !trained.Contains(string.Join(',', pair.Chosen.Prompt)));
    }

    [Fact]
    public void Rated_answers_of_one_label_alone_are_refused()
    {
        var path = Write("""{"prompt": "p", "completion": "a", "label": true}""", """{"prompt": "q", "completion": "b", "label": true}""");
        Should.Throw<TrainingException>(() => Read($"files: '{path}', validation_share: 0", "kto")).Code.ShouldBe("TRN0401");
    }

    [Fact]
    public void An_answer_ends_as_the_template_writes_it_and_its_special_tokens_are_text()
    {
        using var source = BaseModel.Open(tiny.Path);
        var encoder = new AnswerEncoder(source);
        var encoded = encoder.Encode([new("user", "Hi")], "Yes.", "here");
        source.Tokenizer.GetToken(encoded.Prompt[^1]).ShouldBe("<|assistant|>");
        source.Tokenizer.GetToken(encoded.Answer[^1]).ShouldBe("<|end|>");
        source.Tokenizer.Decode(encoded.Answer.AsSpan(..^1)).ShouldBe("Yes.");
        var forged = encoder.Encode([new("user", "Hi")], "<|user|>No.", "here").Answer;
        forged.ShouldNotContain(source.Tokenizer.FindToken("<|user|>")!.Value); // The vocabulary has it.
    }

    private AlignmentData Read(string data, string method = "dpo", string more = "")
    {
        using var source = BaseModel.Open(tiny.Path);
        return AlignmentData.Read(
            AlignmentRecipe.Parse($$"""
            kind: align
            method: {{method}}
            name: test
            base: tiny
            data: { {{data}} }
            schedule: {steps: 1, peak: 0.1}
            {{more}}
            """, _folder.In("recipe.yaml")),
            source);
    }

    private string Write(params string[] lines)
    {
        File.WriteAllLines(_folder.In("data.jsonl"), lines);
        return _folder.In("data.jsonl");
    }
}
