using Gyre.Evaluation.Statistics;

namespace Gyre.Cli.Parity.Families;

/// <summary>The shift of counts of categories.</summary>
internal sealed class CategoryShifts : IParityFamily
{
    public string Name => "category-shift";

    public string Source => "scipy 1.10.1 and numpy 1.24.2 on published counts";

    public string Compared => "p-value of the χ² test with the reference's shares expected; Hellinger distance";

    public bool IsListed => true;

    public IEnumerable<ParityRow> Compute(ParityInput input)
    {
        var golden = ParityInput.Shipped("published.json").GetProperty("shift");
        long[] reference = [.. golden.GetProperty("reference").Integers()], current = [.. golden.GetProperty("current").Integers()];
        yield return ParityRow.Digits("χ² p-value", golden.Text("chiSquareP"), CategoryShift.ChiSquareP(reference, current).Number);
        yield return ParityRow.Digits("Hellinger distance", golden.Text("hellinger"), CategoryShift.Hellinger(reference, current).Number);
    }
}
