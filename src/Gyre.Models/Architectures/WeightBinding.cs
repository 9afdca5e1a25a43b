using Gyre.Models.Weights;

namespace Gyre.Models.Architectures;

/// <summary>A weight that an architecture needs, found in a file with the right shape.</summary>
/// <param name="Spec">What is needed.</param>
/// <param name="Tensor">What was found.</param>
/// <param name="PairedHeads">
/// 0, or the number of heads whose rows are stored as rotary pairs (0, D/2, 1, D/2 + 1, …) and must be put back in halves.
/// </param>
internal sealed record WeightBinding(WeightSpec Spec, WeightTensor Tensor, int PairedHeads)
{
    private const string Loading = "Load model weights";
    private const int ListedNames = 8;

    /// <summary>Finds every weight of an architecture; all faults are reported at once.</summary>
    /// <remarks>Errors: <c>RUN0403</c> missing tensors, wrong shapes, or tensors that the architecture does not use.</remarks>
    public static WeightBinding[] Resolve(IArchitecture architecture, IWeightSource source, string place)
    {
        var isGguf = source.TryGet("token_embd.weight", out _);
        var used = new HashSet<string>(StringComparer.Ordinal);
        var faults = new List<string>();
        var bindings = new List<WeightBinding>();
        foreach (var spec in architecture.Weights)
        {
            var (name, heads) = isGguf ? architecture.GgufName(spec) : (spec.Name, 0);
            used.Add(name);
            if (!source.TryGet(name, out var tensor))
            {
                faults.Add($"tensor '{name}' is missing, expected shape {spec.Shape};");
            }
            else if (!HasShape(tensor, spec))
            {
                faults.Add($"tensor '{name}' has shape [{string.Join(", ", tensor.Shape)}], expected {spec.Shape};");
            }
            else
            {
                bindings.Add(new WeightBinding(spec, tensor, heads));
            }
        }

        var unexpected = source.Names.Where(name => !used.Contains(name) && !IsDerived(name)).ToList();
        if (unexpected.Count > 0)
        {
            faults.Add($"{unexpected.Count} tensor(s) that this architecture does not use: {Listed(unexpected)};");
        }

        return faults.Count == 0 ? [.. bindings] : throw new ModelException(
            "RUN0403",
            $"{Loading}: found {faults.Count} fault(s) in '{place}': {Listed(faults)} Check that the configuration belongs to these weights, or fetch them again.");
    }

    /// <summary>The row of the file that holds row <paramref name="row"/> of the weight.</summary>
    public int StoredRow(int row)
    {
        if (PairedHeads == 0)
        {
            return row;
        }

        var width = Spec.Rows / PairedHeads;
        var (head, within) = Math.DivRem(row, width);
        var (half, pair) = Math.DivRem(within, width / 2);
        return (head * width) + (pair * 2) + half;
    }

    private static bool HasShape(WeightTensor tensor, WeightSpec spec) => spec.IsVector
        ? tensor.Shape.Count == 1 && tensor.Shape[0] == spec.Rows
        : tensor.Shape.Count == 2 && tensor.Shape[0] == spec.Rows && tensor.Shape[1] == spec.Columns;

    /// <summary>True for tensors that only repeat what the configuration says, or an output layer that is shared anyway.</summary>
    private static bool IsDerived(string name) =>
        name is "rope_freqs.weight" or "lm_head.weight" || name.EndsWith(".rotary_emb.inv_freq", StringComparison.Ordinal);

    private static string Listed(List<string> items) =>
        string.Join(" ", items.Take(ListedNames)) + (items.Count > ListedNames ? $" and {items.Count - ListedNames} more." : "");
}
