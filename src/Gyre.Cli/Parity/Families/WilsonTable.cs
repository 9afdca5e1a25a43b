using Gyre.Evaluation.Statistics;

namespace Gyre.Cli.Parity.Families;

/// <summary>Newcombe's table of Wilson intervals.</summary>
internal sealed class WilsonTable : IParityFamily
{
    public string Name => "wilson";

    public string Source => "R. G. Newcombe 1998, table I, method 3";

    public string Compared => "95 % intervals of shares";

    public bool IsListed => true;

    public IEnumerable<ParityRow> Compute(ParityInput input)
    {
        foreach (var golden in ParityInput.Shipped("published.json").GetProperty("wilson").Items("values"))
        {
            var (successes, trials) = (golden.GetProperty("successes").GetInt32(), golden.GetProperty("trials").GetInt32());
            var interval = ConfidenceIntervals.Wilson(successes, trials);
            yield return ParityRow.Digits($"{successes} of {trials}, lower end", golden.Text("low"), interval.Low);
            yield return ParityRow.Digits($"{successes} of {trials}, upper end", golden.Text("high"), interval.High);
        }
    }
}
