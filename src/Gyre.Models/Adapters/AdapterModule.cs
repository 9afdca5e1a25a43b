using Gyre.Models.Architectures;

namespace Gyre.Models.Adapters;

/// <summary>A module of a base as adapters name it; a fused one holds several weights of the architecture.</summary>
/// <param name="Path">Its path in the reference implementation.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Parts">Its weights with their biases.</param>
internal sealed record AdapterModule(string Path, AdapterModuleKind Kind, IReadOnlyList<Projection> Parts)
{
    private static readonly string[] OutputPaths = ["lm_head", "embed_out"];

    /// <summary>The output layer.</summary>
    public bool IsOutput => OutputPaths.Contains(Path);

    /// <summary>True for the path of an output layer.</summary>
    public static bool IsOutputPath(string path) => OutputPaths.Contains(path);

    /// <summary>The output layer shares the embedding's numbers.</summary>
    public bool IsTied => IsOutput && Parts[0].Weight.Role == WeightRole.Embedding;

    /// <summary>Outputs of a matrix, ids of an embedding, length of a norm.</summary>
    public int Rows => Parts[0].Weight.Place.TensorRows(Parts[0].Weight.Rows);

    /// <summary>Inputs of a matrix, width of an embedding.</summary>
    public int Columns => Parts[0].Weight.Columns;

    public bool HasBias => Parts[0].Bias is not null;

    /// <summary>A file stores the whole weight with inputs first.</summary>
    public bool IsTransposed => Parts[0].Weight.Place.IsTransposed;

    /// <summary>Every module of an architecture, a decoder's output layer included when it shares the embedding's numbers.</summary>
    /// <param name="architecture">The base.</param>
    /// <param name="prefix">What its paths leave out at their beginning, because adapters made without a head do.</param>
    public static IReadOnlyList<AdapterModule> Of(IArchitecture architecture, string prefix = "")
    {
        var modules = new List<AdapterModule>();
        var biases = architecture.Weights.Where(weight => weight.Role == WeightRole.Bias).ToLookup(PathOf, StringComparer.Ordinal);
        foreach (var group in architecture.Weights.Where(weight => weight.Role != WeightRole.Bias).GroupBy(PathOf, StringComparer.Ordinal))
        {
            var kind = group.First().Role switch
            {
                WeightRole.Embedding => AdapterModuleKind.Embedding,
                WeightRole.Position => AdapterModuleKind.Positions,
                WeightRole.Norm => AdapterModuleKind.Norm,
                _ => AdapterModuleKind.Matrix,
            };
            modules.Add(new AdapterModule(
                group.Key.StartsWith(prefix, StringComparison.Ordinal) ? group.Key[prefix.Length..] : group.Key,
                kind,
                [.. group.Select(weight => new Projection(weight, biases[group.Key].FirstOrDefault(bias => bias.Place.Slice == weight.Place.Slice)))]));
        }

        if (architecture is not IEncoderArchitecture && !modules.Exists(module => module.IsOutput) && modules.Find(module => module.Kind == AdapterModuleKind.Embedding) is { } embedding)
        {
            var path = OutputPaths[architecture.Prefix == "gpt_neox." ? 1 : 0];
            modules.Add(new AdapterModule(path, AdapterModuleKind.Matrix, embedding.Parts));
        }

        return modules;
    }

    private static string PathOf(WeightSpec weight) => weight.Place.Tensor[..Math.Max(0, weight.Place.Tensor.LastIndexOf('.'))];
}
