using Gyre.Contracts;
using Gyre.Models.Tokenizers;
using Gyre.Models.Tokenizers.Training;
using Gyre.TestSupport;

namespace Gyre.Models.Tests.Tokenizers.Training;

public class VocabularyTrainerTests
{
    public static TheoryData<VocabularyKind> Kinds => [VocabularyKind.ByteBpe, VocabularyKind.SentencePieceBpe, VocabularyKind.WordPiece, VocabularyKind.Unigram];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void The_size_is_reached_exactly_and_every_character_is_spelled(VocabularyKind kind)
    {
        var text = File.ReadAllText(TestData.Require("data/tinyshakespeare/input.txt"))[..200_000];
        var trained = new VocabularyTrainer(new() { Kind = kind, VocabularySize = 1500 }).Train([text]);
        var tokenizer = trained.ToTokenizer();
        var ids = new List<int>();
        tokenizer.Encode(text, addSpecialTokens: false, parseSpecialTokens: false, ids);

        trained.Tokens.Count.ShouldBe(1500);
        tokenizer.VocabularySize.ShouldBe(1500);
        trained.Tokens.Distinct(StringComparer.Ordinal).Count().ShouldBe(1500);
        Enumerable.Range(0, 1500).Select(tokenizer.GetToken).ShouldBe(trained.Tokens);
        ids.ShouldNotContain(id => tokenizer.GetToken(id) == "<unk>" || tokenizer.GetToken(id) == "[UNK]");
        ids.Count.ShouldBeLessThan(text.Length / 2);

        // Most of the vocabulary is of use.
        ids.Distinct().Count().ShouldBeGreaterThan(1000);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void What_is_saved_loads_and_gives_the_text_back(VocabularyKind kind)
    {
        var folder = Directory.CreateTempSubdirectory("gyre-tokenizer-");
        try
        {
            var text = "the cat sat on the mat and the dog sat on the log";
            var trained = new VocabularyTrainer(new() { Kind = kind, VocabularySize = kind == VocabularyKind.ByteBpe ? 290 : 60 }).Train([text, text]);
            trained.Save(folder.FullName);
            var tokenizer = TokenizerLoader.FromFolder(folder.FullName);
            var ids = new List<int>();

            tokenizer.Encode(text, addSpecialTokens: true, parseSpecialTokens: false, ids);

            tokenizer.Decode(ids.ToArray()).ShouldBe(text);
            tokenizer.EncodePair(text, null).Ids.ShouldBe(ids);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Equal_texts_give_equal_files(VocabularyKind kind)
    {
        var text = File.ReadAllText(TestData.Require("tokenizers/bpe-training-reference/german.txt"));
        byte[] Once()
        {
            using var json = new MemoryStream();
            new VocabularyTrainer(new() { Kind = kind, VocabularySize = 400 }).Train([text]).WriteTokenizerJson(json);
            return json.ToArray();
        }

        Once().ShouldBe(Once());
    }

    // Expected: by hand. "##g" follows "u" three times of all, so it is joined first, then "h" with it by count.
    [Fact]
    public void Word_piece_merges_the_most_frequent_pair_of_marked_characters()
    {
        var options = new VocabularyTrainerOptions { Kind = VocabularyKind.WordPiece, VocabularySize = 5 + 12 + 3 };
        var trained = new VocabularyTrainer(options).Train([string.Join(' ', [.. Enumerable.Repeat("hug", 10), .. Enumerable.Repeat("pug", 5), .. Enumerable.Repeat("hugs", 5), .. Enumerable.Repeat("bun", 4)])]);

        trained.Tokens.Take(5).ShouldBe(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]);
        trained.Tokens.Skip(5).Take(14).ShouldBe(["b", "g", "h", "n", "p", "s", "u", "##b", "##g", "##h", "##n", "##p", "##s", "##u"]);
        trained.Tokens.Skip(19).ShouldBe(["##ug"]);
    }

    [Fact]
    public void Word_piece_vocabularies_join_pairs_as_bert_does()
    {
        var tokenizer = new VocabularyTrainer(new() { Kind = VocabularyKind.WordPiece, VocabularySize = 60 }).Train(["Who is who? Zoë is."]).ToTokenizer();

        var pair = tokenizer.EncodePair("who", "zoe");

        pair.Ids[0].ShouldBe(2);
        pair.Ids[^1].ShouldBe(3);
        pair.TypeIds[^1].ShouldBe(1);
    }

    [Theory]
    [InlineData(VocabularyKind.SentencePieceBpe)]
    [InlineData(VocabularyKind.Unigram)]
    public void Byte_tokens_spell_what_the_text_never_had(VocabularyKind kind)
    {
        var tokenizer = new VocabularyTrainer(new() { Kind = kind, VocabularySize = 300, UsesByteTokens = true }).Train(["ab ab abc ab"]).ToTokenizer();
        var ids = new List<int>();

        tokenizer.Encode("ab 漢 🦙", addSpecialTokens: false, parseSpecialTokens: false, ids);

        tokenizer.Decode(ids.ToArray()).ShouldBe("ab 漢 🦙");
        ids.Count(id => tokenizer.GetToken(id).StartsWith("<0x", StringComparison.Ordinal)).ShouldBe(7);
    }

    [Theory]
    [InlineData(VocabularyKind.SentencePieceBpe)]
    [InlineData(VocabularyKind.Unigram)]
    [InlineData(VocabularyKind.WordPiece)]
    public void Characters_beyond_the_coverage_become_unknown(VocabularyKind kind)
    {
        var text = string.Concat(Enumerable.Repeat("abab ", 500)) + "x漢";
        var trained = new VocabularyTrainer(new() { Kind = kind, VocabularySize = 20, CharacterCoverage = 0.999 }).Train([text]);

        trained.Tokens.ShouldNotContain("漢");
        var ids = trained.ToTokenizer().EncodePair("漢", null, new() { AddsSpecialTokens = false }).Ids;
        ids.Select(id => trained.Tokens[id]).ShouldContain(token => token == "<unk>" || token == "[UNK]");
    }

    [Fact]
    public void A_vocabulary_smaller_than_its_characters_is_refused()
    {
        var error = Should.Throw<ModelException>(() => new VocabularyTrainer(new() { Kind = VocabularyKind.Unigram, VocabularySize = 6 }).Train(["abcdefgh"]));

        error.Code.ShouldBe("RUN0120");
        error.Message.ShouldContain("at least 12");
    }

    [Fact]
    public void Faults_of_the_options_are_named_together()
    {
        var options = new VocabularyTrainerOptions { Kind = VocabularyKind.Unigram, VocabularySize = 0, SpecialTokens = ["a", "a"], CharacterCoverage = 2, MaxTokenLength = 0, SeedSize = 0, ShrinkingFactor = 1 };
        var error = Should.Throw<ModelException>(() => new VocabularyTrainer(options));

        error.Code.ShouldBe("RUN0120");
        foreach (var part in new[] { "vocabulary size is 0", "one text twice", "no <unk>", "coverage is 2", "longest token has 0", "seed size is 0", "shrinking factor is 1" })
        {
            error.Message.ShouldContain(part);
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Training_stops_when_it_is_cancelled_and_tells_how_far_it_is(VocabularyKind kind)
    {
        using var source = new CancellationTokenSource();
        var reports = new List<VocabularyTrainingProgress>();
        var trainer = new VocabularyTrainer(new() { Kind = kind, VocabularySize = 300 });
        trainer.Train(["aaaa bbbb aaaa"], new Recorder(reports), TestContext.Current.CancellationToken);
        reports.ShouldNotBeEmpty();
        source.Cancel();

        Should.Throw<OperationCanceledException>(() => trainer.Train(["text"], null, source.Token));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Odd_texts_train_too(VocabularyKind kind)
    {
        foreach (var text in new[] { "", " ", "\uD83E", "🦙🦙🦙🦙", new string('a', 20_000), "\u0000\u0001", string.Concat(Enumerable.Repeat("漢字", 6000)) })
        {
            var tokenizer = new VocabularyTrainer(new() { Kind = kind, VocabularySize = 280 }).Train([text]).ToTokenizer();
            tokenizer.VocabularySize.ShouldBeInRange(3, 280);
            tokenizer.EncodePair(text, null).ShouldNotBeNull();
        }
    }

    private sealed class Recorder(List<VocabularyTrainingProgress> reports) : IProgress<VocabularyTrainingProgress>
    {
        public void Report(VocabularyTrainingProgress value) => reports.Add(value);
    }
}
