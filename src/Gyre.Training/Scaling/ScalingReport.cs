using System.Globalization;
using System.Text;

namespace Gyre.Training.Scaling;

/// <summary>Sizes of a run and its place among others: parameters by block, tokens, compute, and a law through several runs.</summary>
/// <param name="Blocks">Parameters by block.</param>
/// <param name="Points">This run first, then the runs it is compared with.</param>
public sealed record ScalingReport(IReadOnlyList<ParameterBlock> Blocks, IReadOnlyList<ScalingPoint> Points)
{
    /// <summary>About this many tokens a parameter are best for a given amount of compute.</summary>
    /// <remarks>Source: J. Hoffmann et al., "Training Compute-Optimal Large Language Models", 2022, table 3.</remarks>
    public const double ComputeOptimalTokensPerParameter = 20;

    /// <summary>The number of parameters.</summary>
    public long Parameters => Blocks.Sum(block => block.Parameters);

    /// <summary>The law through the points, when there are at least two.</summary>
    public PowerLaw? Law => PowerLaw.Fit(Points);

    /// <summary>Groups parameters by what their Hugging Face name says they are.</summary>
    public static IReadOnlyList<ParameterBlock> Group(IEnumerable<(string Name, long Count)> parameters)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        return [.. parameters
            .GroupBy(parameter => BlockOf(parameter.Name), StringComparer.Ordinal)
            .Select(group => new ParameterBlock(group.Key, group.Sum(parameter => parameter.Count)))];
    }

    /// <summary>The report as Markdown tables.</summary>
    public string ToMarkdown()
    {
        var text = new StringBuilder("| block | parameters | share |\n|---|---:|---:|\n");
        foreach (var block in Blocks)
        {
            text.Append(CultureInfo.InvariantCulture, $"| {block.Name} | {block.Parameters:N0} | {100.0 * block.Parameters / Parameters:0.0} % |\n");
        }

        text.Append(CultureInfo.InvariantCulture, $"| **all** | **{Parameters:N0}** | |\n\n");
        text.Append("| run | parameters | tokens seen | tokens / parameter | compute (6·N·D) | validation loss |\n|---|---:|---:|---:|---:|---:|\n");
        foreach (var point in Points)
        {
            text.Append(CultureInfo.InvariantCulture, $"| {point.Name} | {point.Parameters:N0} | {point.Tokens:N0} | {point.TokensPerParameter:0.0} | {point.Flops:0.00e+0} FLOP | {point.Loss:0.0000} |\n");
        }

        if (Points.Count > 0)
        {
            text.Append(CultureInfo.InvariantCulture, $"\nCompute-optimal training would see about {ComputeOptimalTokensPerParameter * Parameters:N0} tokens ({ComputeOptimalTokensPerParameter:0} a parameter); this run saw {Points[0].Tokens:N0}.\n");
        }

        if (Law is { } law)
        {
            text.Append(CultureInfo.InvariantCulture, $"\nLaw through these {Points.Count} runs: loss = {law.Coefficient:0.###} · compute^−{law.Exponent:0.####} (R² {law.Determination:0.000}).\n");
        }

        return text.ToString();
    }

    private static string BlockOf(string name)
    {
        if (name.Contains("embed", StringComparison.Ordinal) || name.Contains("wte", StringComparison.Ordinal))
        {
            return "embeddings";
        }

        if (name.Contains("norm", StringComparison.Ordinal) || name.Contains("ln_", StringComparison.Ordinal))
        {
            return "norms";
        }

        if (name.Contains("attn", StringComparison.Ordinal))
        {
            return "attention";
        }

        if (name.Contains("mlp", StringComparison.Ordinal))
        {
            return "feed-forward";
        }

        return name.StartsWith("lm_head", StringComparison.Ordinal) ? "output projection" : "other";
    }
}
