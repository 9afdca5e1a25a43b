using Gyre.Models.Conversion;
using Gyre.Models.Weights;
using Gyre.Tensors;
using Gyre.Tensors.Quantization;
using Gyre.Tensors.Threading;

namespace Gyre.Training.Quantization;

/// <summary>Writes a model as a GGUF file with its numbers in other encodings.</summary>
/// <remarks>The same bytes for any number of threads. Owns: nothing; the team outlives it.</remarks>
public sealed class Quantizer(ThreadTeam team)
{
    private const uint QuantizationVersion = 2;
    private const int ChunkElements = 1 << 22;

    /// <summary>Keys that say how the numbers are stored.</summary>
    private static readonly string[] OwnKeys = ["general.file_type", "general.quantization_version"];

    /// <summary>Writes the file as a whole: when it fails or is cancelled, nothing of it is left.</summary>
    /// <param name="source">The model.</param>
    /// <param name="options">What it shall be stored as.</param>
    /// <param name="path">The file.</param>
    /// <param name="progress">Told after every piece.</param>
    /// <param name="cancellationToken">Ends the writing.</param>
    /// <remarks>
    /// <para>Errors: <see cref="TrainingException"/> <c>TRN0060</c> a tensor was quantised before, <c>TRN0061</c> the file is
    /// there, <c>TRN0062</c> a number that the encoding cannot hold, <c>TRN0063</c> an importance matrix of another model;
    /// <see cref="Gyre.Models.ModelException"/> <c>RUN0007</c> the disk is full or the folder cannot be written.</para>
    /// <para>Cost: reads every tensor once, in pieces of some 16 MiB a time.</para>
    /// </remarks>
    public QuantizationResult Write(
        GgufSource source, QuantizationOptions options, string path, IProgress<QuantizationProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        var plans = Check(source, options, path);
        var weighed = CheckImportance(source, plans, options);
        var writer = new GgufWriter();
        source.WriteKeys(writer, OwnKeys);
        writer.SetUInt32("general.quantization_version", QuantizationVersion)
            .SetUInt32("general.file_type", QuantizationFormats.FileType(options.Format, options.IsPure));
        var done = 0L;
        var total = plans.Sum(plan => plan.Elements);
        for (var i = 0; i < plans.Count; i++)
        {
            var (tensor, plan) = (source.Tensors[i], plans[i]);
            if (tensor.Stored is { } stored && plan.To == plan.From)
            {
                writer.Add(tensor.Name, plan.To, stream => Copy(stored, stream, Report, cancellationToken), [.. tensor.Shape]);
            }
            else
            {
                var encoder = new RowEncoder(team, tensor, plan.To, Importance(options, plan).ToArray());
                writer.Add(tensor.Name, plan.To, stream => encoder.Write(stream, ChunkElements, Report, cancellationToken), [.. tensor.Shape]);
            }

            void Report(long elements)
            {
                done += elements;
                progress?.Report(new QuantizationProgress(tensor.Name, done, total));
            }
        }

        writer.Write(path);
        return new QuantizationResult(path, options.Format, plans, weighed);
    }

    /// <summary>What would become of every tensor; nothing is read or written.</summary>
    /// <remarks>Errors: <see cref="TrainingException"/> <c>TRN0060</c> and <c>TRN0061</c> as of <see cref="Write"/>.</remarks>
    public static IReadOnlyList<TensorPlan> Check(GgufSource source, QuantizationOptions options, string path)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentException.ThrowIfNullOrEmpty(path);
        return !Path.Exists(path) || (options.Overwrites && !Directory.Exists(path))
            ? QuantizationPolicy.Plan(source, options)
            : throw new TrainingException("TRN0061", $"Quantising failed: '{path}' exists already; expected a new file. Name another, or replace it with --force.");
    }

    private static unsafe void Copy(WeightTensor tensor, Stream stream, Action<long> report, CancellationToken cancellationToken)
    {
        const int CopyBytes = 16 << 20;
        var elements = tensor.Shape.Aggregate(1L, (product, length) => product * length);
        for (var at = 0L; at < tensor.LengthBytes; at += CopyBytes)
        {
            cancellationToken.ThrowIfCancellationRequested();
            stream.Write(new ReadOnlySpan<byte>(tensor.Bytes + at, (int)Math.Min(CopyBytes, tensor.LengthBytes - at)));
        }

        GC.KeepAlive(tensor);
        report(elements);
    }

    private static ReadOnlySpan<float> Importance(QuantizationOptions options, TensorPlan plan) =>
        options.Importance is { } matrix && UsesImportance(plan.To) ? matrix.Find(plan.Name) : [];

    /// <summary>Q8_0 is near enough to exact that its blocks are not searched.</summary>
    private static bool UsesImportance(ElementFormat format) => QuantizationFormats.IsQuantised(format) && format != ElementFormat.Q8_0;

    private static int CheckImportance(GgufSource source, IReadOnlyList<TensorPlan> plans, QuantizationOptions options)
    {
        if (options.Importance is not { } matrix)
        {
            return 0;
        }

        var faults = new List<string>();
        var (weighed, known) = (0, 0);
        for (var i = 0; i < plans.Count; i++)
        {
            var weights = matrix.Find(plans[i].Name);
            if (weights.IsEmpty)
            {
                continue;
            }

            known++;
            weighed += UsesImportance(plans[i].To) ? 1 : 0;
            if (weights.Length != source.Tensors[i].Columns)
            {
                faults.Add($"'{plans[i].Name}' has {weights.Length} inputs in it and {source.Tensors[i].Columns} in the model;");
            }
        }

        if (known == 0)
        {
            faults.Add("none of its matrices is one of the model's;");
        }

        return faults.Count == 0 ? weighed : throw new TrainingException(
            "TRN0063",
            $"Quantising failed: the importance matrix is of another model: {string.Join(' ', faults.Take(4))} expected the inputs of this model's matrices. Collect it from this model.");
    }
}
