using System.Text;
using Gyre.Contracts;
using Gyre.Models.Adapters;
using Gyre.Models.Weights;
using Gyre.Tensors;
using Gyre.Tensors.Quantization;

namespace Gyre.Models.Architectures;

/// <summary>The weights of a network in float32, to be trained.</summary>
/// <remarks>Owns: the tensors in the pool, until disposed.</remarks>
internal sealed unsafe class TrainableWeights : IDisposable
{
    private readonly IArchitecture _architecture;
    private readonly TensorPool _pool;
    private readonly FrozenFormat? _frozen;

    /// <param name="architecture">The network.</param>
    /// <param name="pool">Where the weights live; not owned.</param>
    /// <param name="frozen">How matrices and tables are encoded, and nothing is trained; null for all in single precision.</param>
    public TrainableWeights(IArchitecture architecture, TensorPool pool, FrozenFormat? frozen = null)
    {
        _architecture = architecture;
        _pool = pool;
        _frozen = frozen;
        Encoded = new FrozenMatrix?[architecture.Weights.Count];
        Tensors = [.. architecture.Weights.Select(spec => frozen is not null && !spec.IsVector ? pool.Rent(0, spec.Columns)
            : spec.IsVector ? pool.Rent(spec.Rows) : pool.Rent(spec.Rows, spec.Columns))];
        foreach (var spec in architecture.Weights)
        {
            Tensors[spec.Index].RequiresGradient = !spec.IsFixed && frozen is null;
        }

        Parameters = Trained();
    }

    /// <summary>What the weights are, by their index.</summary>
    public IReadOnlyList<WeightSpec> Specs => _architecture.Weights;

    /// <summary>The weights by their index.</summary>
    public Tensor[] Tensors { get; }

    /// <summary>The matrices and tables that are kept encoded, by index; their tensors have no rows.</summary>
    public FrozenMatrix?[] Encoded { get; }

    /// <summary>Memory of all weights.</summary>
    public long Bytes => Tensors.Sum(tensor => sizeof(float) * tensor.Length) + Encoded.Sum(matrix => matrix?.Bytes ?? 0);

    /// <summary>Those that are trained, in the architecture's order.</summary>
    public IReadOnlyList<Parameter> Parameters { get; private set; }

    /// <summary>What <see cref="Bytes"/> will be.</summary>
    public static long BytesOf(IArchitecture architecture, FrozenFormat? frozen) => architecture.Weights.Sum(spec => frozen is { } format && !spec.IsVector
        ? FrozenMatrix.BytesOf(FormatOf(spec, format), spec.Rows, spec.Columns)
        : (long)sizeof(float) * spec.Rows * (spec.IsVector ? 1 : spec.Columns));

    /// <summary>Trains only what is in the named modules: other weights keep their numbers, without a gradient and its memory.</summary>
    /// <param name="trained">Ends of modules' paths, from a dot on; none for nothing.</param>
    /// <remarks>Errors: <see cref="ModelException"/> <c>RUN0425</c> a name that no module has.</remarks>
    public void Freeze(IReadOnlyList<string> trained)
    {
        var faults = trained.Where(name => !_architecture.Weights.Any(spec => IsIn(spec, name))).Select(name => $"no module ends with '{AdapterErrors.Short(name)}';").ToList();
        faults.AddRange(_architecture.Weights.Where(spec => Encoded[spec.Index] is not null && trained.Any(name => IsIn(spec, name)))
            .Select(spec => $"'{spec.Name}' is kept as {Encoded[spec.Index]!.Format}, which is not trained;")); // Those that are there.
        if (faults.Count > 0)
        {
            throw AdapterErrors.Unusable(faults);
        }

        foreach (var spec in _architecture.Weights)
        {
            Tensors[spec.Index].RequiresGradient = !spec.IsFixed && trained.Any(name => IsIn(spec, name));
        }

        Parameters = Trained();
    }

    /// <summary>Sets seeded random values: normal ones, 1 for norms, 0 for biases.</summary>
    public void Initialise(ulong seed)
    {
        var random = new SeededRandom(seed);
        foreach (var spec in _architecture.Weights)
        {
            // One source a tensor: adding a weight does not change the others.
            var source = random.Fork(spec.Name);
            foreach (ref var value in Tensors[spec.Index].Span)
            {
                value = spec.Role switch
                {
                    WeightRole.Norm => 1f,
                    WeightRole.Bias => 0f,
                    _ => (float)source.NextGaussian() * spec.InitialDeviation,
                };
            }
        }
    }

    /// <summary>Takes the values of a file.</summary>
    /// <remarks>Errors: <c>RUN0403</c> as <see cref="WeightBinding.Resolve"/> reports it.</remarks>
    public void CopyFrom(IWeightSource weights)
    {
        foreach (var binding in WeightBinding.Resolve(_architecture, weights, DecoderLoader.PlaceOf(weights)))
        {
            if (_frozen is { } format && !binding.Spec.IsVector)
            {
                Encode(binding, format);
            }
            else
            {
                binding.CopyTo(Tensors[binding.Spec.Index].UncheckedData);
            }
        }
    }

    /// <summary>Writes <c>config.json</c> and <c>model.safetensors</c> into a folder, each as a whole and the weights first.</summary>
    /// <remarks>Errors: <see cref="ModelException"/> <c>RUN0007</c> when it cannot be written; the file that failed is as before. <c>RUN0427</c> weights are kept encoded.</remarks>
    /// <param name="folder">Created when absent.</param>
    /// <param name="configuration">The text of <c>config.json</c>.</param>
    /// <param name="like">Tensors are stored as its tensors of the same names are, where those are plain numbers; null for single precision.</param>
    public void Save(string folder, string configuration, IWeightSource? like = null)
    {
        if (_frozen is { } format)
        {
            throw AdapterErrors.Encoded(format.ToString());
        }

        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw WeightErrors.CannotWrite(folder, error);
        }

        using var export = new WeightExport(_architecture.Weights, Tensors, like);
        export.Write(Path.Combine(folder, "model.safetensors"));
        var json = Encoding.UTF8.GetBytes(configuration);
        AtomicFile.Write(Path.Combine(folder, "config.json"), json.Length, stream => stream.Write(json));
    }

    public void Dispose()
    {
        foreach (var weight in Tensors)
        {
            weight.Dispose();
        }

        foreach (var matrix in Encoded)
        {
            matrix?.Dispose();
        }
    }

    /// <summary>Encodes a matrix, of which there is one in single precision at a time. What is multiplied with most has the fewest bits; tables and the output layer keep 16.</summary>
    private void Encode(WeightBinding binding, FrozenFormat format)
    {
        var spec = binding.Spec;
        using var values = _pool.Rent(spec.Rows, spec.Columns);
        binding.CopyTo(values.UncheckedData);
        Encoded[spec.Index] = new FrozenMatrix(FormatOf(spec, format), values.Span, spec.Rows, spec.Columns, _pool);
    }

    private static FrozenFormat FormatOf(WeightSpec spec, FrozenFormat format) =>
        spec.Role == WeightRole.Matrix && !AdapterModule.IsOutputPath(spec.Place.Tensor[..Math.Max(0, spec.Place.Tensor.LastIndexOf('.'))]) ? format : FrozenFormat.BF16;

    private static bool IsIn(WeightSpec spec, string name) =>
        AdapterTargets.IsWithin(spec.Place.Tensor[..Math.Max(0, spec.Place.Tensor.LastIndexOf('.'))], name);

    private Parameter[] Trained() =>
        [.. _architecture.Weights.Where(spec => Tensors[spec.Index].RequiresGradient).Select(spec => new Parameter(spec.Name, Tensors[spec.Index], !spec.IsVector))];
}
