using Gyre.Evaluation.Metrics.Overlap;

namespace Gyre.Cli.Parity.Families;

/// <summary>A published table of ROUGE values for one pair of texts.</summary>
internal sealed class RougeTable : IParityFamily
{
    public string Name => "rouge-table";

    public string Source => "Generative AI Foundations in Python (2024), chapter 6, table 6.1";

    public string Compared => "ROUGE-1, ROUGE-2, ROUGE-L on unique n-grams of words between white space: recall, precision, F";

    public bool IsListed => true;

    public IReadOnlyList<string> Needs => ["data/metric-goldens/published-pair.json"];

    public IEnumerable<ParityRow> Compute(ParityInput input)
    {
        var pair = input.Json(Needs[0]);
        foreach (var golden in pair.GetProperty("rouge").EnumerateObject())
        {
            var score = new Rouge(RougeExamples.OptionsOf(golden.Name) with { Words = RougeWords.WhitespaceUnique }).Sentence(pair.Text("predicted"), [pair.Text("reference")]);
            yield return Row("recall", "r", score.Recall);
            yield return Row("precision", "p", score.Precision);
            yield return Row("F", "f", score.F);

            // The table prints three places and leaves out zeros at the end.
            ParityRow Row(string part, string key, double found) => ParityRow.Digits($"{golden.Name}, {part}", golden.Value.GetProperty(key).GetRawText().PadRight(5, '0'), found);
        }
    }
}
