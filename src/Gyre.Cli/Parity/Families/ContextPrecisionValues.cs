using Gyre.Evaluation.Rag;

namespace Gyre.Cli.Parity.Families;

/// <summary>Published values of context precision.</summary>
internal sealed class ContextPrecisionValues : IParityFamily
{
    public string Name => "context-precision";

    public string Source => "Es et al. 2023; the ragas library's formula";

    public string Compared => "context precision of two passages by which of them is useful";

    public bool IsListed => true;

    public IEnumerable<ParityRow> Compute(ParityInput input) =>
        ParityInput.Shipped("published.json").GetProperty("contextPrecision").Items("values").Select(golden =>
        {
            bool[] useful = [.. golden.Items("useful").Select(item => item.GetBoolean())];
            return ParityRow.Digits(string.Join(", ", useful.Select(item => item ? "useful" : "useless")), golden.Text("expected"), ContextPrecisionScorer.Of(useful));
        });
}
