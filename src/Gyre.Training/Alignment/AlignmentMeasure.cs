namespace Gyre.Training.Alignment;

/// <summary>One figure of the comparison with the base.</summary>
/// <param name="Name">What was measured.</param>
/// <param name="Items">Held-out items that it was measured on.</param>
/// <param name="Value">The figure.</param>
/// <param name="Low">Lower end of its interval; null where none can be given.</param>
/// <param name="High">Upper end of its interval.</param>
/// <param name="Neutral">The value of a model that does not differ from the base.</param>
public sealed record AlignmentMeasure(string Name, int Items, double Value, double? Low, double? High, double Neutral)
{
    /// <summary>True when the whole interval lies above the neutral value.</summary>
    public bool IsAbove => Low > Neutral;

    /// <summary>True when the whole interval lies below the neutral value.</summary>
    public bool IsBelow => High < Neutral;
}
