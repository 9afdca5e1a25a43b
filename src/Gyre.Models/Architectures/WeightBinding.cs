using System.Diagnostics;
using Gyre.Models.Weights;
using Gyre.Tensors.Quantization;

namespace Gyre.Models.Architectures;

/// <summary>A weight that an architecture needs, found in a file with the right shape.</summary>
/// <param name="Spec">What is needed.</param>
/// <param name="Tensor">What was found.</param>
/// <param name="Place">How the tensor holds it.</param>
internal sealed unsafe record WeightBinding(WeightSpec Spec, WeightTensor Tensor, WeightPlace Place)
{
    private const string Loading = "Load model weights";
    private const int ListedNames = 8;

    /// <summary>Ends of the names of tensors that only repeat what the configuration says: causal masks and rotary steps.</summary>
    private static readonly string[] DerivedEnds =
        [".rotary_emb.inv_freq", ".attn.bias", ".attention.bias", ".masked_bias", "rope_freqs.weight", "rope_factors_long.weight", "rope_factors_short.weight"];

    /// <summary>Finds every weight of an architecture; all faults are reported at once.</summary>
    /// <remarks>Errors: <c>RUN0403</c> missing tensors, wrong shapes, or tensors that the architecture does not use.</remarks>
    public static WeightBinding[] Resolve(IArchitecture architecture, IWeightSource source, string place)
    {
        var isGguf = source.TryGet("token_embd.weight", out _);
        var prefix = architecture.Prefix;
        var dropsPrefix = prefix.Length > 0 && !source.Names.Any(name => name.StartsWith(prefix, StringComparison.Ordinal));
        var used = new HashSet<string>(StringComparer.Ordinal);
        var faults = new List<string>();
        var bindings = new List<WeightBinding>();
        foreach (var spec in architecture.Weights)
        {
            var stored = isGguf ? spec.GgufPlace : spec.Place;
            var name = dropsPrefix && stored.Tensor.StartsWith(prefix, StringComparison.Ordinal) ? stored.Tensor[prefix.Length..] : stored.Tensor;
            var tensor = Find(source, ref name);
            used.Add(name);
            if (tensor is null)
            {
                faults.Add($"tensor '{name}' is missing, expected shape {ShapeOf(spec, stored)};");
            }
            else if (!HasShape(tensor, spec, stored))
            {
                faults.Add($"tensor '{name}' has shape [{string.Join(", ", tensor.Shape)}], expected {ShapeOf(spec, stored)};");
            }
            else
            {
                bindings.Add(new WeightBinding(spec, tensor, stored));
            }
        }

        var unused = architecture.Unused.Select(start => dropsPrefix && start.StartsWith(prefix, StringComparison.Ordinal) ? start[prefix.Length..] : start).ToList();
        var unexpected = source.Names
            .Where(name => !used.Contains(name) && !IsDerived(name) && !unused.Exists(start => name.StartsWith(start, StringComparison.Ordinal))).ToList();
        if (unexpected.Count > 0)
        {
            faults.Add($"{unexpected.Count} tensor(s) that this architecture does not use: {Listed(unexpected)};");
        }

        faults = [.. faults.Distinct(StringComparer.Ordinal)]; // Parts of one tensor miss it together.
        return faults.Count == 0 ? [.. bindings] : throw new ModelException(
            "RUN0403",
            $"{Loading}: found {faults.Count} fault(s) in '{place}': {Listed(faults)} Check that the configuration belongs to these weights, or fetch them again.");
    }

    /// <summary>Writes the weight as float32 in the model's order, [rows, columns].</summary>
    public void CopyTo(float* destination)
    {
        if (Place.IsTransposed)
        {
            CopyTransposed(destination);
        }
        else if (Spec.IsVector)
        {
            CopyVector(destination);
        }
        else
        {
            var rowBytes = FormatTraits.LengthBytes(Tensor.Format, Spec.Columns);
            for (var row = 0; row < Spec.Rows; row++)
            {
                Blocks.Dequantise(
                    Tensor.Format, Tensor.Bytes + (Place.StoredRow(row) * rowBytes), Spec.Columns, destination + ((long)row * Spec.Columns));
            }
        }
    }

    private void CopyVector(float* destination)
    {
        var stored = new float[Place.TensorRows(Spec.Rows)];
        fixed (float* first = stored)
        {
            Blocks.Dequantise(Tensor.Format, Tensor.Bytes, stored.Length, first);
        }

        for (var row = 0; row < Spec.Rows; row++)
        {
            destination[row] = stored[Place.StoredRow(row)] + Place.Added;
        }
    }

    /// <summary>Stored column by column; only safetensors files do that, whose elements stand alone.</summary>
    private void CopyTransposed(float* destination)
    {
        Debug.Assert(Place.PairedWidth == 0 && FormatTraits.Of(Tensor.Format).BlockLength == 1, "A transposed tensor has no blocks.");
        var first = Place.StoredRow(0);
        Debug.Assert(Place.StoredRow(Spec.Rows - 1) == first + Spec.Rows - 1, "The rows of a transposed tensor stand together.");
        var tensorRows = Place.TensorRows(Spec.Rows);
        var values = new float[Spec.Rows];
        fixed (float* column = values)
        {
            for (var c = 0; c < Spec.Columns; c++)
            {
                var start = FormatTraits.LengthBytes(Tensor.Format, ((long)c * tensorRows) + first);
                Blocks.Dequantise(Tensor.Format, Tensor.Bytes + start, Spec.Rows, column);
                for (var row = 0; row < Spec.Rows; row++)
                {
                    destination[((long)row * Spec.Columns) + c] = column[row];
                }
            }
        }
    }

    /// <summary>The tensor of a name, or of the one that norms had in the first BERT files; null when there is none.</summary>
    private static WeightTensor? Find(IWeightSource source, ref string name)
    {
        if (source.TryGet(name, out var tensor))
        {
            return tensor;
        }

        var older = name.EndsWith("LayerNorm.weight", StringComparison.Ordinal) ? name[..^"weight".Length] + "gamma"
            : name.EndsWith("LayerNorm.bias", StringComparison.Ordinal) ? name[..^"bias".Length] + "beta"
            : name;
        name = source.TryGet(older, out tensor) ? older : name;
        return tensor;
    }

    private static bool HasShape(WeightTensor tensor, WeightSpec spec, WeightPlace place)
    {
        var rows = place.TensorRows(spec.Rows);
        return (spec.IsVector, place.IsTransposed) switch
        {
            (true, _) when place.IsRow => tensor.Shape.Count == 2 && tensor.Shape[0] == 1 && tensor.Shape[1] == rows,
            (true, _) => tensor.Shape.Count == 1 && tensor.Shape[0] == rows,
            (_, true) => tensor.Shape.Count == 2 && tensor.Shape[0] == spec.Columns && tensor.Shape[1] == rows,
            _ when rows == 1 && tensor.Shape.Count == 1 => tensor.Shape[0] == spec.Columns, // As llama.cpp writes a matrix of one row.
            _ => tensor.Shape.Count == 2 && tensor.Shape[0] == rows && tensor.Shape[1] == spec.Columns,
        };
    }

    /// <summary>The stored tensor's shape for messages, slowest axis first.</summary>
    private static string ShapeOf(WeightSpec spec, WeightPlace place)
    {
        var rows = place.TensorRows(spec.Rows);
        return spec.IsVector ? place.IsRow ? $"[1, {rows}]" : $"[{rows}]" : place.IsTransposed ? $"[{spec.Columns}, {rows}]" : $"[{rows}, {spec.Columns}]";
    }

    /// <summary>True for tensors that only repeat what the configuration says, or an output layer that is shared anyway.</summary>
    private static bool IsDerived(string name) =>
        name is "lm_head.weight" or "embed_out.weight" || DerivedEnds.Any(end => name.EndsWith(end, StringComparison.Ordinal));

    private static string Listed(List<string> items) =>
        string.Join(" ", items.Take(ListedNames)) + (items.Count > ListedNames ? $" and {items.Count - ListedNames} more." : "");
}
