using Gyre.Models.Architectures;
using Gyre.Models.Encoders;
using Gyre.Models.Tokenizers;

namespace Gyre.Models.Tests.Encoders;

public sealed class PassageMarksTests : IDisposable
{
    private const string Question = "Where did the shops open?";
    private const string Passage = "The river is long. The Shop is in Lisbon, and it opens at 9 since 1998. A shop is old.";
    private readonly EncoderFolder _folder = new(EncoderHead.AnswerSpan);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Types_tell_shared_words_the_sentence_that_has_most_of_them_and_shapes()
    {
        using var model = _folder.Load();
        var plain = model.Tokenizer.EncodePair(Question, Passage);
        var marked = PassageMarks.Mark(plain, Question, Passage);
        marked.Ids.ShouldBe(plain.Ids);
        for (var token = 0; token < plain.Ids.Count; token++)
        {
            if (plain.Sources[token] != 1)
            {
                marked.TypeIds[token].ShouldBe(plain.TypeIds[token]);
                continue;
            }

            var at = plain.Spans[token].Start;
            var isNear = at >= Passage.IndexOf(" The Shop", StringComparison.Ordinal) && at < Passage.IndexOf(" A shop", StringComparison.Ordinal);
            var isShared = In("Shop") || In("opens") || (In("shop") && !isNear);
            var shape = In("1998") ? 4 : In("9") ? 3 : In("Lisbon") || In("Shop") ? 2 : In("river") || In("long") || In("opens") || In("old") || (In("shop") && !isNear) ? 1 : 0;
            marked.TypeIds[token].ShouldBe(1 + (isShared ? 1 : 0) + (isNear ? 2 : 0) + ((In("Lisbon") || In("Shop")) ? 4 : 0) + (8 * shape), $"token {token} at {at}");

            bool In(string word) => Passage.IndexOf(word, StringComparison.Ordinal) is var start && at >= start && at < start + word.Length;
        }
    }

    [Fact]
    public void Nothing_is_marked_where_nothing_is_shared_and_common_words_do_not_count()
    {
        using var model = _folder.Load();
        var plain = model.Tokenizer.EncodePair("What is it that they have?", Passage);
        PassageMarks.Mark(plain, "What is it that they have?", Passage).TypeIds.ShouldAllBe(type => type == 0 || (type - 1) % 8 == 0);
        PassageMarks.Mark(model.Tokenizer.EncodePair("", ""), "", "").TypeIds.ShouldAllBe(type => type <= 1);
    }

    [Fact]
    public void Only_models_that_were_made_for_it_read_marks()
    {
        using var model = _folder.Load();
        QuestionAnswerer.Encode(model.Configuration, model.Tokenizer, Question, Passage).TypeIds.Max().ShouldBe(1);
        var marking = model.Configuration with { MarksPassages = true, TokenTypes = EncoderConfiguration.PassageTypes };
        QuestionAnswerer.Encode(marking, model.Tokenizer, Question, Passage).TypeIds.Max().ShouldBe(1 + 2 + (8 * 4));
        EncoderConfiguration.FromHuggingFace(marking.ToHuggingFace(), "config.json").MarksPassages.ShouldBeTrue();
        model.Configuration.ToHuggingFace().ShouldNotContain("gyre_passage_marks");
        (marking with { TokenTypes = 2 }).Validate().ShouldContain(fault => fault.Contains("type_vocab_size is 2", StringComparison.Ordinal) && fault.Contains("gyre_passage_marks", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Developed", "develops", true)]
    [InlineData("deforestation", "deforested", true)]
    [InlineData("nation", "nature", false)]
    [InlineData("1990s", "1990", true)]
    [InlineData("123456789", "123456780", false)]
    public void Words_of_one_root_have_one_stem(string word, string other, bool isSame) =>
        (PassageWords.Stem(word) == PassageWords.Stem(other)).ShouldBe(isSame);

    [Theory]
    [InlineData("In what year was it built?", "1998 May 7", "Rome two")]
    [InlineData("How many years did it take?", "12 two 1,000", "Rome May")]
    [InlineData("What percentage is heavy?", "12", "Rome")]
    [InlineData("Who wrote it?", "Ada", "The song 1998")]
    [InlineData("In which city is it?", "Oslo", "town 12")]
    [InlineData("What is it called?", "", "Oslo 12 town")]
    public void A_word_fits_a_question_that_asks_for_its_shape(string question, string fitting, string others)
    {
        var kind = AskedKinds.Of(question);
        fitting.Split(' ', StringSplitOptions.RemoveEmptyEntries).ShouldAllBe(word => AskedKinds.Fits(kind, word));
        others.Split(' ').ShouldAllBe(word => !AskedKinds.Fits(kind, word));
    }

    [Fact]
    public void Types_have_their_own_features_each()
    {
        Enumerable.Range(1, EncoderConfiguration.PassageTypes - 1).Select(type => string.Join(' ', EncoderConfiguration.FeaturesOf(type))).ShouldBeUnique();
        EncoderConfiguration.FeaturesOf(1 + 1 + 4 + (8 * 2)).ShouldBe([0, 2, 3 + 2]);
        EncoderConfiguration.FeaturesOf(EncoderConfiguration.PassageTypes - 1).Last().ShouldBe(EncoderConfiguration.PassageFeatures - 1);
        Should.Throw<ArgumentOutOfRangeException>(() => EncoderConfiguration.FeaturesOf(0));
    }
}
