using Gyre.TestSupport;
using Gyre.Training.Curation.Filtering;

namespace Gyre.Training.Tests.Curation.Filtering;

public class LanguageIdentifierTests
{
    private static readonly LanguageIdentifier Identifier = LanguageIdentifier.Default;

    [Theory]
    [InlineData("en", "I would like a cup of tea with a little milk, please.")]
    [InlineData("de", "Ich hätte gerne eine Tasse Tee mit etwas Milch, bitte.")]
    [InlineData("fr", "Je voudrais une tasse de thé avec un peu de lait, s'il vous plaît.")]
    [InlineData("es", "Quisiera una taza de té con un poco de leche, por favor.")]
    [InlineData("it", "Vorrei una tazza di tè con un po' di latte, per piacere.")]
    [InlineData("pt", "Eu queria uma chávena de chá com um pouco de leite, se faz favor.")]
    [InlineData("nl", "Ik wil graag een kopje thee met een beetje melk, alstublieft.")]
    [InlineData("el", "Θα ήθελα ένα φλιτζάνι τσάι")]
    [InlineData("und-Cyrl", "Я хотел бы чашку чая")]
    [InlineData("ja", "お茶を一杯ください")]
    [InlineData("zh", "请给我一杯茶")]
    [InlineData("ko", "차 한 잔 주세요")]
    [InlineData("", "12:30 42 %")]
    public void Sentences_have_their_language(string language, string text) => Identifier.Identify(text).Language.ShouldBe(language);

    [Fact]
    public void Nine_of_ten_headings_and_sentences_are_told_apart()
    {
        var lines = File.ReadLines(Path.Combine(TestData.Require("data/packt-genai-foundations"), "en-fr_mini.csv")).Skip(1).ToArray();
        var (right, all) = (0, 0);
        foreach (var (language, text) in lines.SelectMany(Sides).Where(side => side.Text.Count(char.IsLetter) >= 20))
        {
            all++;
            right += Identifier.Identify(text).Language == language ? 1 : 0;

        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{right} of {all}");
        all.ShouldBeGreaterThan(500);
        ((double)right / all).ShouldBeGreaterThanOrEqualTo(0.9);
    }

    [Fact]
    public void A_language_can_be_learnt()
    {
        var polish = string.Join(' ', Enumerable.Repeat("Sklep na rogu otwiera się codziennie rano o dziewiątej i zwykle ktoś już czeka przed drzwiami. Chcielibyśmy wiedzieć, czy ta kurtka jest dostępna w mniejszym rozmiarze, ponieważ ta, którą zamówiłem w zeszłym tygodniu, nie pasuje. Dzieci szybko się uczą, gdy mogą same próbować, ale nigdy nie należy zostawiać ich samych przy ogniu.", 2));

        Identifier.With(new Dictionary<string, string> { ["pl"] = polish }).Identify("Czy możesz mi powiedzieć, która jest godzina?").Language.ShouldBe("pl");
        Identifier.Identify("Czy możesz mi powiedzieć, która jest godzina?").Language.ShouldNotBe("pl");
        Should.Throw<ArgumentException>(() => Identifier.With(new Dictionary<string, string> { ["pl"] = "za mało" }));
    }

    private static IEnumerable<(string Language, string Text)> Sides(string line)
    {
        var values = line.Split(',');
        if (values.Length == 5 && !line.Contains('"', StringComparison.Ordinal))
        {
            yield return ("en", values[3]);
            yield return ("fr", values[4]);
        }
    }
}
