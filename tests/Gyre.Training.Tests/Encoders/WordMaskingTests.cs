using Gyre.Contracts;
using Gyre.Models.Tokenizers;
using Gyre.Models.Tokenizers.Training;
using Gyre.Training.Encoders;

namespace Gyre.Training.Tests.Encoders;

public sealed class WordMaskingTests
{
    private static readonly string Text = string.Join(' ', Enumerable.Range(0, 40).Select(i => $"walk{i} talking{i} dog"));
    private readonly ITokenizer _tokenizer = new VocabularyTrainer(new VocabularyTrainerOptions { Kind = VocabularyKind.WordPiece, VocabularySize = 70 }).Train([Text]).ToTokenizer();

    [Fact]
    public void A_share_of_tokens_is_hidden_most_behind_the_mask()
    {
        var (ids, special) = (Ids(), EncoderTokens.Of(_tokenizer));
        var (all, hidden, masked, kept, other) = (0, 0, 0, 0, 0);
        for (var seed = 0UL; seed < 300; seed++)
        {
            var row = new WordMasking(Recipe(wholeWords: false), _tokenizer).Mask(ids, new SeededRandom(seed));
            for (var i = 0; i < ids.Count; i++)
            {
                all++;
                if (row.Targets[i] == -100)
                {
                    row.Ids[i].ShouldBe(ids[i]);
                    continue;
                }

                row.Targets[i].ShouldBe(ids[i]);
                hidden++;
                masked += row.Ids[i] == special.Mask ? 1 : 0;
                kept += row.Ids[i] == ids[i] ? 1 : 0;
                other += row.Ids[i] != special.Mask && row.Ids[i] != ids[i] ? 1 : 0;
                _tokenizer.IsSpecial(row.Ids[i]).ShouldBe(row.Ids[i] == special.Mask);
            }
        }

        (hidden / (double)all).ShouldBe(0.15, 0.01);
        (masked / (double)hidden).ShouldBe(0.8, 0.02);
        (kept / (double)hidden).ShouldBe(0.1, 0.02);
        (other / (double)hidden).ShouldBe(0.1, 0.02);
    }

    [Fact]
    public void Whole_words_are_hidden_together()
    {
        var ids = Ids();
        var row = new WordMasking(Recipe(wholeWords: true), _tokenizer).Mask(ids, new SeededRandom(3));
        var continued = 0;
        for (var i = 1; i < ids.Count; i++)
        {
            if (_tokenizer.GetToken(ids[i]).StartsWith("##", StringComparison.Ordinal))
            {
                (row.Targets[i] == -100).ShouldBe(row.Targets[i - 1] == -100);
                continued += row.Targets[i] == -100 ? 0 : 1;
            }
        }

        continued.ShouldBeGreaterThan(0);
    }

    [Fact]
    public void Equal_sources_hide_alike_and_others_not()
    {
        var masking = new WordMasking(Recipe(wholeWords: true), _tokenizer);
        masking.Mask(Ids(), new SeededRandom(1)).Ids.ShouldBe(masking.Mask(Ids(), new SeededRandom(1)).Ids);
        masking.Mask(Ids(), new SeededRandom(1)).Ids.ShouldNotBe(masking.Mask(Ids(), new SeededRandom(2)).Ids);
    }

    [Fact]
    public void One_word_at_least_is_hidden_and_special_tokens_never_are()
    {
        var special = EncoderTokens.Of(_tokenizer);
        var masking = new WordMasking(Recipe(wholeWords: false) with { Share = 0.001 }, _tokenizer);
        var row = masking.Mask([special.Begin, _tokenizer.FindToken("d")!.Value, special.End], new SeededRandom(0)); // A letter of the text.
        row.Targets.ShouldBe([-100, _tokenizer.FindToken("d")!.Value, -100]); // As above.
        masking.Mask([special.Begin, special.End], new SeededRandom(0)).Targets.ShouldBe([-100, -100]);
    }

    private static WordMaskingRecipe Recipe(bool wholeWords) => new() { Share = 0.15, Masked = 0.8, Random = 0.1, WholeWords = wholeWords };

    private List<int> Ids()
    {
        var ids = new List<int>();
        _tokenizer.Encode(Text, addSpecialTokens: false, parseSpecialTokens: false, ids);
        return ids;
    }
}
