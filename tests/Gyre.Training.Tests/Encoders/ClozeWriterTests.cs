using Gyre.Contracts;
using Gyre.Training.Encoders;

namespace Gyre.Training.Tests.Encoders;

/// <summary>Questions that are written from passages alone.</summary>
public sealed class ClozeWriterTests
{
    private const string Passage =
        "The Amazon rainforest covers most of the Amazon basin of South America. This basin encompasses 7,000,000 square kilometres of dense forest. "
        + "It was named by Francisco de Orellana in 1541 after a battle, because women fought beside the men. Exactly 91% of the cleared land in Brazil was sold for $30 million in the 19th century.";

    private const string Other = "Ships carry honey to distant harbours.";

    [Fact]
    public void Answers_stand_in_the_passage_and_the_same_source_asks_the_same()
    {
        var written = 0;
        for (var seed = 0UL; seed < 200; seed++)
        {
            if (ClozeWriter.Write(Passage, Other, new SeededRandom(seed)) is not { } item)
            {
                continue;
            }

            written++;
            var answer = item.Answers[0];
            Passage.Substring(answer.Start, answer.Text.Length).ShouldBe(answer.Text);
            item.Question.ShouldEndWith("?");
            char.IsLower(item.Question[0]).ShouldBeFalse();
            ClozeWriter.Write(Passage, Other, new SeededRandom(seed))!.Question.ShouldBe(item.Question); // It was written just now.
        }

        written.ShouldBeGreaterThan(150);
        ClozeWriter.Write("Too short.", Other, new SeededRandom(1)).ShouldBeNull();
    }

    [Theory]
    [InlineData("1541", "when|year")]
    [InlineData("7,000,000", "how many|how much|what number of|what")]
    [InlineData("91%", "what percentage of|what percent of|how much|how many")]
    [InlineData("$30 million", "how much|what|how many")]
    [InlineData("Francisco de Orellana", "who|which|what")]
    [InlineData("Brazil", "where|what|which")]
    [InlineData("women fought beside the men", "why|what|reason")]
    public void The_question_word_asks_for_the_kind_of_the_answer(string answer, string words)
    {
        var items = Enumerable.Range(0, 400).Select(seed => ClozeWriter.Write(Passage, Other, new SeededRandom((ulong)seed))).OfType<QuestionItem>().Where(item => item.Answers[0].Text == answer).ToArray();
        items.Length.ShouldBeGreaterThan(2);
        items.ShouldAllBe(item => words.Split('|').Any(word => item.Question.Contains(word, StringComparison.OrdinalIgnoreCase)));
    }

    [Theory]
    [InlineData("It opened on June 4, 1996 in the town.", AnswerKind.Time, "June 4, 1996")]
    [InlineData("It opened in the 1960s with a parade.", AnswerKind.Time, "1960s")]
    [InlineData("The river feeds two million people.", AnswerKind.Number, "two million")]
    [InlineData("About 12% of oxygen is heavier.", AnswerKind.Percentage, "12%")]
    [InlineData("They paid £30 for the land.", AnswerKind.Money, "£30")]
    [InlineData("He then moved to New York with his family.", AnswerKind.Place, "New York")]
    [InlineData("The song was written by Ada Lovelace.", AnswerKind.Person, "Ada Lovelace")]
    [InlineData("Then Boris became king.", AnswerKind.Person, "Boris")]
    [InlineData("They used the Bank of England notes.", AnswerKind.Name, "Bank of England")]
    [InlineData("It is a large open forest.", AnswerKind.Thing, "large open forest")]
    [InlineData("It has the sodium and potassium that plants need.", AnswerKind.Thing, "sodium and potassium")]
    [InlineData("It failed because nobody came.", AnswerKind.Reason, "nobody came")]
    [InlineData("It lives by eating small fish.", AnswerKind.Means, "eating small fish")]
    public void Kinds_of_answers_are_told_by_their_shape_and_place(string sentence, object kind, string answer)
    {
        var spans = AnswerSpans.Of(sentence);
        var found = spans.Found.Where(span => span.Kind == (AnswerKind)kind).Select(spans.Place).Select(place => sentence[place.Start..place.End]).ToArray();
        found.ShouldContain(answer);
    }

    [Fact]
    public void A_stretch_holds_its_place_and_at_most_the_wanted_sentences()
    {
        for (var seed = 0UL; seed < 20; seed++)
        {
            var place = Passage.IndexOf("1541", StringComparison.Ordinal);
            var (start, end) = ClozeWriter.Stretch(Passage, place, 2, new SeededRandom(seed));
            Passage[start..end].ShouldContain("1541");
            Passage[start..end].Count(c => c == '.').ShouldBeLessThanOrEqualTo(2);
        }

        ClozeWriter.Stretch(Passage, 0, 9, new SeededRandom(1)).ShouldBe((0, Passage.Length));
    }
}
