using System.Text.Json.Nodes;
using Gyre.TestSupport;

namespace Gyre.Training.Tests.Alignment.Losses;

/// <summary>Values and gradients of the reference implementation's losses (models/kit/trl-losses), computed there in double precision.</summary>
internal static class LossGolden
{
    /// <summary>The bound for a double-precision engine that the goldens state beside them.</summary>
    public const double Tolerance = 1e-9;

    public static JsonNode Open(string part) =>
        JsonNode.Parse(File.ReadAllText(Path.Combine(TestData.Require("models/kit/trl-losses"), "golden.json")))![part]!;

    public static double[] Numbers(this JsonNode node, string name) => [.. node[name]!.AsArray().Select(value => (double)(value is JsonArray one ? one[0]! : value!))];

    /// <summary>A matrix whose rows end where a mask of ones and zeros does.</summary>
    public static double[][] Rows(this JsonNode node, string name, double[][]? mask = null) =>
        [.. node[name]!.AsArray().Select((row, i) => row!.AsArray().Select(value => (double)value!).Where((_, j) => mask is null || mask[i][j] != 0).ToArray())];

    public static void Close(IEnumerable<double> actual, IEnumerable<double> expected, string what)
    {
        var (found, wanted) = (actual.ToArray(), expected.ToArray());
        found.Length.ShouldBe(wanted.Length, what);
        for (var i = 0; i < found.Length; i++)
        {
            found[i].ShouldBe(wanted[i], Tolerance * Math.Max(1, Math.Abs(wanted[i])), $"{what}, element {i}");
        }
    }

    public static void Close(double[][] actual, double[][] expected, string what)
    {
        for (var i = 0; i < expected.Length; i++)
        {
            Close(actual[i], expected[i], $"{what}, row {i}");
        }
    }

    /// <summary>The derivative of a function by central differences.</summary>
    public static double Slope(Func<double, double> function, double at)
    {
        const double Step = 1e-6;
        return (function(at + Step) - function(at - Step)) / (2 * Step);
    }
}
