using System.Text.RegularExpressions;
using Gyre.Models.Architectures;
using Gyre.Models.Weights;
using Gyre.Tensors.Quantization;

namespace Gyre.Models.Adapters;

/// <summary>Finds the tensors that an adapter's configuration means for a base; a tensor that is missing, misshapen or left over is a fault.</summary>
internal sealed class AdapterBinding
{
    private readonly AdapterConfiguration _configuration;
    private readonly IWeightSource _tensors;
    private readonly List<string> _faults = [];
    private readonly List<string> _unsupported = [];
    private readonly HashSet<string> _used = new(StringComparer.Ordinal);

    private AdapterBinding(PeftAdapter adapter)
    {
        _configuration = adapter.Configuration;
        _tensors = adapter.Tensors;
    }

    /// <summary>What an adapter changes in a base.</summary>
    /// <remarks>
    /// Errors: <see cref="ModelException"/> <c>RUN0422</c> tensors that do not fit the base, all listed; <c>RUN0421</c>
    /// modules that cannot be changed that way; <c>RUN0420</c> an expression that takes too long.
    /// </remarks>
    public static IReadOnlyList<AdapterChange> Resolve(PeftAdapter adapter, IArchitecture architecture)
    {
        var binding = new AdapterBinding(adapter);
        try
        {
            return binding.Checked(adapter, binding.Resolve(AdapterModule.Of(architecture, binding.LeftOut(architecture))));
        }
        catch (RegexMatchTimeoutException error)
        {
            throw AdapterErrors.Faulty([$"the expression '{AdapterErrors.Short(error.Pattern)}' takes too long over '{AdapterErrors.Short(error.Input)}'; expected one that needs no backtracking."], adapter.Place, error);
        }
    }

    /// <summary>What an adapter puts before the tokens of a base: a row for each of its virtual tokens.</summary>
    /// <param name="adapter">A soft prompt.</param>
    /// <param name="width">Numbers of a row that the base asks for.</param>
    /// <remarks>Errors: <see cref="ModelException"/> <c>RUN0422</c> tensors that do not fit the base, all listed.</remarks>
    public static WeightTensor ResolvePrompt(PeftAdapter adapter, int width)
    {
        var binding = new AdapterBinding(adapter);
        var rows = binding._configuration.VirtualTokens;
        binding._used.Add(PeftAdapter.PromptTensor);
        if (!binding._tensors.TryGet(PeftAdapter.PromptTensor, out var tensor))
        {
            binding._faults.Add($"tensor '{PeftAdapter.PromptTensor}' is missing, expected shape [{rows}, {width}];");
        }

        var shaped = tensor is null ? null : binding.Shaped(tensor, rows, width);
        binding.FindUnexpected();
        return binding.Checked(adapter, shaped)!; // Without a fault there is one.
    }

    private T Checked<T>(PeftAdapter adapter, T found) =>
        _unsupported.Count > 0 ? throw AdapterErrors.Unsupported(_unsupported, adapter.Place)
        : _faults.Count > 0 ? throw AdapterErrors.Unfitting(_faults, adapter.Place, adapter.Configuration.MadeFor)
        : found;

    /// <summary>The beginning of the base's paths that an adapter leaves out: one made for a network without a head names it alone.</summary>
    private string LeftOut(IArchitecture architecture)
    {
        var prefix = architecture.Prefix;
        return prefix.Length == 0 || _tensors.Names.Any(name => name.StartsWith(PeftAdapter.Root + prefix, StringComparison.Ordinal))
            || !architecture.Weights.Any(weight => weight.Place.Tensor.StartsWith(prefix, StringComparison.Ordinal) && IsNamed(weight.Place.Tensor[prefix.Length..])) ? "" : prefix;

        bool IsNamed(string tensor)
        {
            var module = PeftAdapter.Root + tensor[..(tensor.LastIndexOf('.') + 1)];
            return _tensors.Names.Any(name => name.StartsWith(module, StringComparison.Ordinal));
        }
    }

    private List<AdapterChange> Resolve(IReadOnlyList<AdapterModule> modules)
    {
        var changes = new List<AdapterChange>();
        var targets = 0;
        foreach (var module in modules)
        {
            // Where every matrix is meant, those that are saved whole are not.
            var isTarget = module.Kind != AdapterModuleKind.Norm && _configuration.Targets.Includes(module) && !(_configuration.Targets.IsAllLinear && IsSaved(module));
            targets += isTarget ? 1 : 0;
            var change = !isTarget ? new AdapterChange(module)
                : _configuration.Kind == AdapterKind.Scaling ? Scaling(module)
                : module.Kind == AdapterModuleKind.Matrix ? LowRank(module)
                : Embedding(module);
            changes.Add(Whole(change, isTarget));
        }

        if (targets == 0)
        {
            _faults.Add($"its target_modules match none of the base's modules: {string.Join(", ", modules.Select(module => module.Path.Split('.')[^1]).Distinct(StringComparer.Ordinal))};");
        }

        FindUnexpected();
        return changes;
    }

    private void FindUnexpected() => _faults.AddRange(
        _tensors.Names.Where(name => !_used.Contains(name)).Order(StringComparer.Ordinal).Select(name => $"tensor '{AdapterErrors.Short(name)}' is not expected;"));

    private AdapterChange LowRank(AdapterModule module)
    {
        var isAdaptive = _configuration.Kind == AdapterKind.AdaptiveLowRank;
        var rank = _configuration.RankOf(module.Path);
        if (rank == 0)
        {
            // Its tensors may be there, without numbers.
            _used.UnionWith([NameOf(module, ".lora_A"), NameOf(module, ".lora_B"), NameOf(module, ".lora_E")]);
            return new AdapterChange(module);
        }

        var end = isAdaptive ? "" : ".weight";
        return new AdapterChange(module)
        {
            Down = Find(module, ".lora_A" + end, rank, module.Columns),
            Up = Find(module, ".lora_B" + end, module.Rows, rank),
            UpBias = _configuration.HasUpBias ? Find(module, ".lora_B.bias", module.Rows) : null,
            Importance = isAdaptive ? Find(module, ".lora_E", rank, 1) : null,
            Magnitude = _configuration.HasMagnitudes ? FindMagnitude(module) : null,
            Scale = _configuration.ScaleOf(module.Path),
        };
    }

    private AdapterChange Embedding(AdapterModule module)
    {
        if (_configuration.Kind != AdapterKind.LowRank || _configuration.HasMagnitudes || module.Kind == AdapterModuleKind.Positions)
        {
            _unsupported.Add($"the embedding '{module.Path}' as a target of this kind;");
            return new AdapterChange(module);
        }

        var rank = _configuration.RankOf(module.Path);
        return new AdapterChange(module)
        {
            Down = Find(module, ".lora_embedding_A", rank, module.Rows),
            Up = Find(module, ".lora_embedding_B", module.Columns, rank),
            Scale = _configuration.ScaleOf(module.Path),
        };
    }

    private AdapterChange Scaling(AdapterModule module)
    {
        if (module.Kind != AdapterModuleKind.Matrix)
        {
            _unsupported.Add($"the embedding '{module.Path}' as a target of this kind;");
            return new AdapterChange(module);
        }

        return !_configuration.FeedForward.IsEmpty && _configuration.FeedForward.Includes(module)
            ? new AdapterChange(module) { InputGain = Find(module, ".ia3_l", 1, module.Columns) }
            : new AdapterChange(module) { OutputGain = Find(module, ".ia3_l", module.Rows, 1) };
    }

    /// <summary>What the adapter brings instead of the base's own: saved modules, embeddings, biases.</summary>
    private AdapterChange Whole(AdapterChange change, bool isTarget)
    {
        var module = change.Module;
        var isSaved = IsSaved(module);
        if (isSaved && module.Kind == AdapterModuleKind.Positions)
        {
            _unsupported.Add($"'{module.Path}' saved whole;");
        }

        if (isSaved && isTarget)
        {
            _faults.Add($"module '{module.Path}' is both a target and saved whole;");
        }

        // Embeddings and the output layer come along when the vocabulary may have changed.
        var isEmbedding = module.IsOutput || module.Kind == AdapterModuleKind.Embedding;
        var weight = FirstPresent(module, isSaved || isEmbedding ? ".weight" : null, isEmbedding ? ".base_layer.weight" : null);
        if (isSaved && weight is null)
        {
            _faults.Add($"tensor '{NameOf(module, ".weight")}' is missing, though modules_to_save names it;");
        }

        var mayBringBias = isSaved || _configuration.Biases == AdapterBiases.All || (_configuration.Biases == AdapterBiases.Adapted && isTarget);
        var bias = module.HasBias && mayBringBias ? FirstPresent(module, ".bias", ".base_layer.bias") : null;
        return change with
        {
            Weight = weight is null ? null : Shaped(weight, ShapeOf(module)),
            ChangesTied = weight is not null && !isSaved && module.Kind == AdapterModuleKind.Embedding,
            Bias = bias is null ? null : Shaped(bias, module.Kind == AdapterModuleKind.Norm ? module.Parts[0].Weight.Rows : module.Rows),
        };
    }

    private bool IsSaved(AdapterModule module) => _configuration.Saved.Any(name => AdapterTargets.IsWithin(module.Path, name));

    private WeightTensor? FindMagnitude(AdapterModule module) =>
        _tensors.TryGet(NameOf(module, ".lora_magnitude_vector.weight"), out _)
            ? Find(module, ".lora_magnitude_vector.weight", module.Rows)
            : Find(module, ".lora_magnitude_vector", module.Rows);

    private WeightTensor? FirstPresent(AdapterModule module, params string?[] ends)
    {
        foreach (var end in ends)
        {
            if (end is not null && _tensors.TryGet(NameOf(module, end), out var tensor))
            {
                _used.Add(tensor.Name);
                return tensor;
            }
        }

        return null;
    }

    private WeightTensor? Find(AdapterModule module, string end, params long[] shape)
    {
        var name = NameOf(module, end);
        _used.Add(name);
        if (_tensors.TryGet(name, out var tensor))
        {
            return Shaped(tensor, shape);
        }

        _faults.Add($"tensor '{name}' is missing, expected shape [{string.Join(", ", shape)}];");
        return null;
    }

    private WeightTensor? Shaped(WeightTensor tensor, params long[] shape)
    {
        if (!tensor.Shape.SequenceEqual(shape))
        {
            _faults.Add($"tensor '{tensor.Name}' has shape [{string.Join(", ", tensor.Shape)}], expected [{string.Join(", ", shape)}];");
            return null;
        }

        if (tensor.Format is not (ElementFormat.F32 or ElementFormat.F16 or ElementFormat.BF16 or ElementFormat.F64))
        {
            _faults.Add($"tensor '{tensor.Name}' is stored as {tensor.Format}, expected F32, F16, BF16 or F64;");
            return null;
        }

        return tensor;
    }

    private static long[] ShapeOf(AdapterModule module) =>
        module.Kind == AdapterModuleKind.Norm ? [module.Rows]
        : module.IsTransposed ? [module.Columns, module.Rows]
        : [module.Rows, module.Columns];

    private static string NameOf(AdapterModule module, string end) => PeftAdapter.Root + module.Path + end;
}
