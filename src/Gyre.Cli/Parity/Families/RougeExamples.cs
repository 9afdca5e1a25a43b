using Gyre.Evaluation.Metrics.Overlap;

namespace Gyre.Cli.Parity.Families;

/// <summary>The examples of rouge-score.</summary>
internal sealed class RougeExamples : IParityFamily
{
    public string Name => "rouge-score";

    public string Source => "Lin 2004; rouge-score 0.1.2, its own tests";

    public string Compared => "ROUGE-1, ROUGE-2, ROUGE-L: precision, recall, F";

    public bool IsListed => true;

    public IEnumerable<ParityRow> Compute(ParityInput input)
    {
        foreach (var golden in ParityInput.Shipped("published.json").GetProperty("rouge").GetProperty("values").EnumerateArray())
        {
            var (candidate, reference, measure) = (golden.Text("candidate"), golden.Text("reference"), golden.Text("measure"));
            var score = new Rouge(OptionsOf(measure)).Sentence(candidate, [reference]);
            var what = $"{measure} of '{candidate}' against '{reference}'";
            yield return ParityRow.Digits(what + ", precision", golden.Text("precision"), score.Precision);
            yield return ParityRow.Digits(what + ", recall", golden.Text("recall"), score.Recall);
            yield return ParityRow.Digits(what + ", F", golden.Text("f"), score.F);
        }
    }

    /// <summary>The options that a measure's name means.</summary>
    public static RougeOptions OptionsOf(string measure) => measure == "rouge-l"
        ? new RougeOptions { Measure = RougeMeasure.LongestSubsequence }
        : new RougeOptions { Order = measure == "rouge-2" ? 2 : 1 };
}
