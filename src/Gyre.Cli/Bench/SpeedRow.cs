using Gyre.Models.Measurement;

namespace Gyre.Cli.Bench;

/// <summary>The samples of one test at one number of threads.</summary>
internal sealed class SpeedRow(SpeedTest test, int threads)
{
    public SpeedTest Test { get; } = test;

    public int Threads { get; } = threads;

    /// <summary>Tokens per second, a sample a round.</summary>
    public List<double> Ours { get; } = [];

    /// <summary>The peer's, in the same rounds; empty without a peer.</summary>
    public List<double> Peer { get; } = [];

    /// <summary>The median of the rounds' ratios; null without a peer.</summary>
    public double? Ratio => Peer.Count == 0 ? null : Median([.. Ours.Zip(Peer, (ours, peer) => ours / peer)]);

    public static double Median(IReadOnlyList<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted.Length % 2 == 1 ? sorted[sorted.Length / 2] : (sorted[(sorted.Length / 2) - 1] + sorted[sorted.Length / 2]) / 2;
    }

    /// <summary>The median and, of several samples, the range.</summary>
    public static string Shown(IReadOnlyList<double> values) => values.Count switch
    {
        0 => "–",
        1 => Number(values[0]),
        _ => $"{Number(Median(values))} ({Number(values.Min())}–{Number(values.Max())})",
    };

    private static string Number(double value) => value.ToString(value < 100 ? "0.0" : "0", System.Globalization.CultureInfo.InvariantCulture);
}
