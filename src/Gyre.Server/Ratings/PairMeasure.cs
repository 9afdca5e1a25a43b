using System.ComponentModel;

namespace Gyre.Server.Ratings;

/// <summary>Two candidates side by side.</summary>
/// <param name="First">The candidate whose wins are counted.</param>
/// <param name="Second">The other.</param>
/// <param name="Items">Items.</param>
/// <param name="Wins">Ratings that prefer the first.</param>
/// <param name="Losses">Ratings that prefer the second.</param>
/// <param name="Ties">Ratings that find them equally good.</param>
/// <param name="BothBad">Ratings that find both bad; for the win rate ties too.</param>
/// <param name="WinRate">Wins and half of the ties, each item counting the same.</param>
/// <param name="PValue">The probability of so uneven items or worse if neither were better: the exact sign test over items.</param>
[Description("Two candidates side by side.")]
public sealed record PairMeasure(string First, string Second, int Items, int Wins, int Losses, int Ties, int BothBad, RatingFigure WinRate, double PValue);
