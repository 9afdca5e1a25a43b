using System.Globalization;
using System.Text;
using Gyre.Training.Compression.Measurement;

namespace Gyre.Training.Compression.Pruning;

/// <summary>Writes the README of a pruned model.</summary>
internal static class PruningCard
{
    public static string Write(PruningReport report)
    {
        var text = new StringBuilder($"# {report.Source}, pruned\n\n");
        text.Append(CultureInfo.InvariantCulture, $"{report.Removed:N0} of the {report.PrunableWeights:N0} weights of {report.Matrices} matrices are exactly zero ({report.Sparsity}), chosen by {Method(report)}. ");
        text.Append(report.CalibrationTokens > 0 ? string.Create(CultureInfo.InvariantCulture, $"Inputs were weighed over {report.CalibrationTokens:N0} tokens, layer by layer, each behind the pruned layers before it.\n\n") : "No text was needed.\n\n");
        text.Append(ComparisonTable.Markdown("before", "after", report.Rows())).Append('\n');
        if (report.OtherMethod.Value is { } other)
        {
            text.Append(CultureInfo.InvariantCulture, $"At the same sparsity {Other(report)} gives a perplexity of {other.PerplexityBefore:0.000}; what is written here differs from it by {ComparisonTable.Difference(other.Difference, other.DifferenceInterval)} nats a token (95 %, paired over windows; below zero is better).\n\n");
        }

        text.Append("Zeros are stored and multiplied like other numbers: the model is smaller only where files are compressed, and not faster.\n");
        return text.ToString();
    }

    /// <summary>The method that was not written, as it was measured.</summary>
    public static string Other(PruningReport report) => report.Method == "wanda" ? "magnitude" : "wanda";

    private static string Method(PruningReport report) => report.Method == "wanda" ? $"|W|·‖X‖ (Wanda) within each {report.Scope}" : $"magnitude within each {report.Scope}";
}
