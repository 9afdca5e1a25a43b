using System.Text.Json;
using Gyre.Contracts;
using Gyre.Models.Tokenizers;
using Gyre.Models.Tokenizers.Training;
using Gyre.TestSupport;

namespace Gyre.Models.Tests.Tokenizers.Training;

public class BpeTrainerTests
{
    private static readonly BpeTrainerOptions Reference = new() { VocabularySize = 500, SpecialTokens = ["<|endoftext|>"] };

    [Fact]
    public void Training_gives_the_reference_merges_and_vocabulary()
    {
        var folder = TestData.Require("tokenizers/bpe-training-reference");
        var trained = new BpeTrainer(Reference).Train([File.ReadAllText(Path.Combine(folder, "corpus.en"))]);

        trained.Merges.Select(merge => $"{merge.Left} {merge.Right}")
            .ShouldBe(File.ReadAllLines(Path.Combine(folder, "train-bpe-reference-merges.txt")));
        using var vocabulary = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "train-bpe-reference-vocab.json")));
        vocabulary.RootElement.EnumerateObject().ToDictionary(entry => entry.Name, entry => entry.Value.GetInt32())
            .ShouldBe(trained.Tokens.Select((token, id) => (token, id)).ToDictionary(entry => entry.token, entry => entry.id));
    }

    [Fact]
    public void The_loader_reads_what_the_trainer_writes()
    {
        var folder = TestData.Require("tokenizers/bpe-training-reference");
        var trained = new BpeTrainer(Reference).Train([File.ReadAllText(Path.Combine(folder, "corpus.en"))]);
        var saved = Directory.CreateTempSubdirectory("gyre-tokenizer-");
        try
        {
            trained.Save(saved.FullName, endToken: "<|endoftext|>", chatTemplate: "{{ messages }}");
            var tokenizer = TokenizerLoader.FromFolder(saved.FullName);

            tokenizer.VocabularySize.ShouldBe(500);
            tokenizer.EndIds.ShouldBe([0]);
            Enumerable.Range(0, 500).Select(tokenizer.GetToken).ShouldBe(trained.Tokens);
            foreach (var name in new[] { "address.txt", "german.txt" })
            {
                var text = File.ReadAllText(Path.Combine(folder, name));
                var ids = new List<int>();
                tokenizer.Encode(text, addSpecialTokens: true, parseSpecialTokens: false, ids);
                tokenizer.Decode(ids.ToArray()).ShouldBe(text);
                ids.Count.ShouldBeLessThan(text.Length);
            }
        }
        finally
        {
            saved.Delete(recursive: true);
        }
    }

    [Fact]
    public void Special_tokens_part_documents_and_are_not_learnt()
    {
        var trained = new BpeTrainer(new BpeTrainerOptions { VocabularySize = 262, SpecialTokens = ["<s>"] }).Train(["ab<s>ab<s>ab<s>ab"]);

        trained.Merges.ShouldBe([("a", "b")]); // Nothing else occurs: the marks are cut out.
        trained.Tokens[0].ShouldBe("<s>");
    }

    [Fact]
    public void Equal_texts_give_equal_vocabularies_in_any_order_of_documents()
    {
        string[] documents = ["the cat sat on the mat", "the dog sat on the log", "a cat and a dog"];
        var options = new BpeTrainerOptions { VocabularySize = 290 };

        var forwards = new BpeTrainer(options).Train(documents);
        var backwards = new BpeTrainer(options).Train(documents.Reverse());

        backwards.Merges.ShouldBe(forwards.Merges);
    }

    [Fact]
    public void Incremental_counts_equal_counting_anew_each_time()
    {
        var random = new SeededRandom(7);
        var words = Enumerable.Range(0, 300)
            .Select(_ => new string([.. Enumerable.Range(0, random.NextInt32(1, 12)).Select(_ => (char)('a' + random.NextInt32(4)))])).ToArray();

        var trained = new BpeTrainer(new BpeTrainerOptions { VocabularySize = 256 + 120 }).Train([string.Join(' ', words)]);

        trained.Merges.ShouldBe(Definition(string.Join(' ', words), trained.Merges.Count));
    }

    [Fact]
    public void Faults_of_the_options_are_named_together()
    {
        var error = Should.Throw<ModelException>(() => new BpeTrainer(
            new BpeTrainerOptions { VocabularySize = 100, MinPairCount = 0, SpecialTokens = ["a", "a"], PreTokenizer = "x" }));

        error.Code.ShouldBe("RUN0120");
        error.Message.ShouldContain("vocabulary size is 100");
        error.Message.ShouldContain("one text twice");
        error.Message.ShouldContain("least pair count is 0");
        error.Message.ShouldContain("pre-tokenizer is 'x'");
    }

    [Fact]
    public void Training_stops_when_it_is_cancelled()
    {
        using var source = new CancellationTokenSource();
        source.Cancel();

        Should.Throw<OperationCanceledException>(() => new BpeTrainer(Reference).Train(["text"], null, source.Token));
    }

    [Fact]
    public void Progress_ends_with_all_merges()
    {
        var reports = new List<BpeTrainingProgress>();
        var progress = new Recorder(reports);

        new BpeTrainer(new BpeTrainerOptions { VocabularySize = 258 }).Train(["aaaa bbbb"], progress);

        reports[^1].ShouldBe(new BpeTrainingProgress(9, 2, 2, 2));
    }

    [Theory]
    [InlineData("llama-bpe")]
    [InlineData("qwen2")]
    public void Other_pre_tokenizations_survive_the_file(string name)
    {
        var trained = new BpeTrainer(new BpeTrainerOptions { VocabularySize = 300, PreTokenizer = name }).Train(["12345 12345 12345 (a (a (a"]);
        var tokenizer = trained.ToTokenizer();
        var ids = new List<int>();

        tokenizer.Encode("12345", addSpecialTokens: false, parseSpecialTokens: false, ids);

        ids.Select(tokenizer.GetToken).ShouldBe(name == "qwen2" ? ["1", "2", "3", "4", "5"] : ["123", "45"]);
    }

    [Fact]
    public void Twenty_megabytes_take_seconds()
    {
        var text = File.ReadAllText(TestData.Require("data/tinyshakespeare/input.txt"));
        var documents = Enumerable.Repeat(text, 18).ToArray();
        var start = Environment.CpuUsage.TotalTime;

        var trained = new BpeTrainer(new BpeTrainerOptions { VocabularySize = 4096 }).Train(documents);

        trained.Tokens.Count.ShouldBe(4096);
        (Environment.CpuUsage.TotalTime - start).ShouldBeLessThan(TimeSpan.FromSeconds(120)); // Generous for an unoptimised build on a shared machine.
    }

    private static List<(string Left, string Right)> Definition(string text, int merges)
    {
        var words = text.Split(' ').Select((word, i) => i == 0 ? word : "Ġ" + word).GroupBy(word => word)
            .Select(group => (Symbols: group.Key.Select(unit => unit.ToString()).ToList(), Count: group.Count())).ToList();
        var made = new List<(string Left, string Right)>();
        while (made.Count < merges)
        {
            var best = words
                .SelectMany(word => word.Symbols.Zip(word.Symbols.Skip(1)).Select(pair => (Pair: pair, word.Count)))
                .GroupBy(entry => entry.Pair)
                .OrderByDescending(group => group.Sum(entry => entry.Count))
                .ThenByDescending(group => group.Key.First.Replace('Ġ', ' '), StringComparer.Ordinal)
                .ThenByDescending(group => group.Key.Second.Replace('Ġ', ' '), StringComparer.Ordinal)
                .First().Key;
            made.Add(best);
            foreach (var (symbols, _) in words)
            {
                for (var i = 0; i + 1 < symbols.Count; i++)
                {
                    if (symbols[i] == best.First && symbols[i + 1] == best.Second)
                    {
                        symbols[i] += symbols[i + 1];
                        symbols.RemoveAt(i + 1);
                    }
                }
            }
        }

        return made;
    }

    private sealed class Recorder(List<BpeTrainingProgress> reports) : IProgress<BpeTrainingProgress>
    {
        public void Report(BpeTrainingProgress value) => reports.Add(value);
    }
}
