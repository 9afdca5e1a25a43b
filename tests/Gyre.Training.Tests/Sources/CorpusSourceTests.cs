using System.Text;
using Gyre.Training.Corpus;
using Gyre.Training.Loop;
using Gyre.Training.Recipes;
using Gyre.Training.Runs;
using Gyre.Training.Sources;
using Gyre.Training.Tests.Recipes;

namespace Gyre.Training.Tests.Sources;

public sealed class CorpusSourceTests : IDisposable
{
    private static readonly ByteTokenizer Tokenizer = new([.. ShopChatFormat.SpecialTokens]);
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Only_the_assistants_words_count_in_a_shop_conversation()
    {
        var source = Shop(examples: 20);
        var ids = new List<int>();
        var counts = new List<bool>();
        var documents = 0;
        foreach (var kind in source.Encode(Tokenizer, isValidation: false, ids, counts))
        {
            ShopTasks.All.ShouldContain(kind);
            documents++;
            var speaker = "";
            for (var i = 0; i < ids.Count; i++)
            {
                counts[i].ShouldBe(speaker == ShopChatFormat.Assistant && ids[i] != Tokenizer.FindToken(ShopChatFormat.EndOfText), $"token {i}");
                speaker = Tokenizer.IsSpecial(ids[i]) ? Tokenizer.GetToken(ids[i]) : speaker;
            }
        }

        documents.ShouldBe(20);
    }

    [Fact]
    public void No_validation_document_of_the_shop_is_a_training_document()
    {
        var source = Shop(examples: 2000);

        var training = Texts(source, Tokenizer, isValidation: false).ToHashSet(StringComparer.Ordinal);
        var validation = Texts(source, Tokenizer, isValidation: true);

        validation.Count.ShouldBeGreaterThanOrEqualTo(200);
        validation.ShouldAllBe(text => !training.Contains(text));
    }

    [Fact]
    public void A_prompt_ends_where_the_assistant_begins()
    {
        var ids = new List<int>();

        Shop(examples: 1).EncodePrompt("Hi", Tokenizer, ids);

        ids.Select(Tokenizer.GetToken).ShouldBe([ShopChatFormat.User, "H", "i", ShopChatFormat.End, ShopChatFormat.Assistant]);
    }

    [Fact]
    public void Text_documents_are_split_at_the_separator_each_in_one_split()
    {
        var texts = Enumerable.Range(0, 400).Select(i => $"document {i} {new string('x', (i % 7) + 1)}").ToArray();
        File.WriteAllText(_folder.In("a.txt"), string.Join("\n--\n", texts[..200]) + "\n--\n");
        File.WriteAllText(_folder.In("b.txt"), string.Join("\n--\n", texts[200..]));
        var tokenizer = new ByteTokenizer(TextSource.EndOfText);
        var source = new TextSource(Recipe("text: [a.txt, b.txt]\n  separator: \"\\n--\\n\"\n  validation: 0.25"));

        var training = Texts(source, tokenizer, isValidation: false);
        var validation = Texts(source, tokenizer, isValidation: true);

        training.Concat(validation).ShouldBe(texts, ignoreOrder: true);
        validation.Count.ShouldBeInRange(60, 140);
        Texts(source, tokenizer, isValidation: true).ShouldBe(validation);
        source.Texts().ShouldBe(training);
    }

    [Fact]
    public void The_tail_of_each_file_can_be_kept_instead()
    {
        File.WriteAllText(_folder.In("a.txt"), "aaaaa|bbbbb|ccccc|ddddd");
        File.WriteAllText(_folder.In("b.txt"), new string('e', 30) + new string('f', 10));
        var tokenizer = new ByteTokenizer(TextSource.EndOfText);
        var source = new TextSource(Recipe("text: [a.txt, b.txt]\n  separator: \"|\"\n  validation: 0.25\n  held_out: tail"));

        Texts(source, tokenizer, isValidation: false).ShouldBe(["aaaaa", "bbbbb", "ccccc", new string('e', 30)]);
        Texts(source, tokenizer, isValidation: true).ShouldBe(["ddddd", new string('f', 10)]);
        source.Description.ShouldContain("the last 25");
    }

    [Fact]
    public void A_missing_text_file_and_text_that_is_not_utf8_are_named()
    {
        Should.Throw<TrainingException>(() => new TextSource(Recipe("text: [none.txt]"))).Message.ShouldContain("none.txt");
        File.WriteAllBytes(_folder.In("bad.txt"), [0x41, 0xFF, 0xFE, 0x42]);

        var error = Should.Throw<TrainingException>(() => new TextSource(Recipe("text: [bad.txt]")).Texts().Count());

        error.Code.ShouldBe("TRN0040");
        error.Message.ShouldContain("bad.txt");
    }

    [Fact]
    public void Token_files_are_built_once_and_checked_afterwards()
    {
        using var run = RunFolder.Open(_folder.In("run"), TrainingRecipe.Parse(TrainingRecipeTests.Minimal, "recipe.yaml"), resume: false);
        Directory.CreateDirectory(run.Corpus);
        var record = Build("digest");

        Build("digest").TrainDigest.ShouldBe(record.TrainDigest);
        record.TrainDocuments.ShouldBe(30);
        record.Kinds.Values.Sum().ShouldBe(30);
        Should.Throw<TrainingException>(() => Build("other tokenizer")).Code.ShouldBe("TRN0043");
        var bytes = File.ReadAllBytes(run.TrainTokens);
        bytes[100] ^= 1;
        File.WriteAllBytes(run.TrainTokens, bytes);
        Should.Throw<TrainingException>(() => Build("digest")).Code.ShouldBe("TRN0043");

        CorpusRecord Build(string digest) => TokenFileBuilder.Build(Shop(examples: 30), Tokenizer, digest, run, new SilentObserver(), CancellationToken.None);
    }

    [Fact]
    public void Too_little_text_for_two_splits_is_an_error()
    {
        File.WriteAllText(_folder.In("one.txt"), "a single document");
        using var run = RunFolder.Open(_folder.In("run"), TrainingRecipe.Parse(TrainingRecipeTests.Minimal, "recipe.yaml"), resume: false);
        Directory.CreateDirectory(run.Corpus);

        Should.Throw<TrainingException>(() => TokenFileBuilder.Build(new TextSource(Recipe("text: [one.txt]")), new ByteTokenizer(TextSource.EndOfText), "", run, new SilentObserver(), CancellationToken.None))
            .Code.ShouldBe("TRN0040");
    }

    public void Dispose() => _folder.Dispose();

    private static ShopSource Shop(int examples) => new(TrainingRecipe.Parse(
        TrainingRecipeTests.Minimal.Replace("examples: 50", $"examples: {examples}, seed: 5", StringComparison.Ordinal), "recipe.yaml").Corpus);

    private static List<string> Texts(ICorpusSource source, ByteTokenizer tokenizer, bool isValidation)
    {
        var ids = new List<int>();
        var counts = new List<bool>();
        return [.. source.Encode(tokenizer, isValidation, ids, counts).Select(_ => tokenizer.Decode(ids.ToArray()))];
    }

    private CorpusRecipe Recipe(string corpus) => TrainingRecipe.Parse(
        TrainingRecipeTests.Minimal.Replace("corpus: {shop: {examples: 50}}", "corpus:\n  " + corpus, StringComparison.Ordinal), _folder.In("recipe.yaml")).Corpus;
}
