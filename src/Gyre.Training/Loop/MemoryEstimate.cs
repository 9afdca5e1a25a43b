using Gyre.Models.Adapters.Training;
using Gyre.Models.Architectures;

namespace Gyre.Training.Loop;

/// <summary>The memory that a run will take, before it takes it.</summary>
/// <param name="WeightBytes">The model's weights.</param>
/// <param name="GradientBytes">Gradients of what is trained.</param>
/// <param name="OptimizerBytes">The optimizer's moments.</param>
/// <param name="ActivationBytes">What the forward pass keeps for the backward pass, with its gradients.</param>
public sealed record MemoryEstimate(long WeightBytes, long GradientBytes, long OptimizerBytes, long ActivationBytes)
{
    private const int Float = sizeof(float);

    /// <summary>Logits that the loss computes at once, or those of <see cref="LeastLogitRows"/> rows.</summary>
    private const long MostLogits = 2 << 20;

    private const int LeastLogitRows = 64;

    /// <summary>What is held beside what is trained: a reference, a teacher; each with its name.</summary>
    public IReadOnlyList<(string Name, long Bytes)> Beside { get; init; } = [];

    /// <summary>All of it.</summary>
    public long TotalBytes => WeightBytes + GradientBytes + OptimizerBytes + ActivationBytes + Beside.Sum(part => part.Bytes);

    /// <summary>A decoder's numbers, without making it.</summary>
    /// <param name="configuration">Its shape.</param>
    internal static long NumbersOf(DecoderConfiguration configuration)
    {
        var report = AdapterReport.Of(new AdapterOptions { Method = AdapterMethod.PromptTuning }, configuration);
        return report.All - report.Trained;
    }

    /// <summary>What the process may use where nobody says so.</summary>
    internal static long Available => GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;

    /// <summary>Estimates a decoder's training.</summary>
    /// <param name="configuration">Its shape.</param>
    /// <param name="weightBytes">Bytes of its weights as they are held.</param>
    /// <param name="trained">Numbers that are trained.</param>
    /// <param name="momentsPerNumber">Numbers that the optimizer keeps for each: 2 for AdamW.</param>
    /// <param name="positions">Positions of a pass: rows times their length.</param>
    /// <param name="recomputes">Whether layers are computed again in the backward pass.</param>
    /// <param name="isEncoded">Whether the weights are encoded when they are loaded, one matrix in single precision at a time.</param>
    /// <param name="added">Numbers that an adapter keeps for each position beside them (<see cref="AdapterReport.PositionNumbers"/>).</param>
    public static MemoryEstimate Of(
        DecoderConfiguration configuration, long weightBytes, long trained, int momentsPerNumber, long positions, bool recomputes, bool isEncoded = false, long added = 0)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        var c = configuration;
        long queries = (long)c.Heads * c.HeadWidth, keys = (long)c.KeyValueHeads * c.HeadWidth;

        // Norms, queries, keys and values before and after rotation, attention, two residuals, gate, up and their product.
        var own = (4L * c.HiddenSize) + (3 * queries) + (3 * keys) + c.Heads + (3L * c.IntermediateSize);
        var layer = own + (added / Math.Max(1, c.Layers));
        var ends = 4L * c.HiddenSize;

        // The backward pass holds the gradients of about one layer's values at a time. A layer that is computed again comes after the logits.
        var logits = Math.Min(positions, Math.Max(LeastLogitRows, MostLogits / c.VocabularySize)) * c.VocabularySize;
        var activations = recomputes
            ? ((((long)c.Layers * c.HiddenSize) + ends) * positions) + Math.Max((layer + own) * positions, logits)
            : (((c.Layers * layer) + ends + own) * positions) + logits;
        if (isEncoded)
        {
            // The largest matrix is there while nothing is computed yet.
            activations = Math.Max(activations, (long)Math.Max(c.VocabularySize, c.IntermediateSize) * c.HiddenSize);
        }

        return new MemoryEstimate(weightBytes, trained * Float, trained * momentsPerNumber * Float, activations * Float);
    }

    /// <summary>Refuses a run that cannot fit.</summary>
    /// <param name="availableBytes">Memory that the process may use.</param>
    /// <remarks>Errors: TRN0307 with the estimate and what to do.</remarks>
    public void RequireFits(long availableBytes)
    {
        if (TotalBytes > availableBytes)
        {
            throw new TrainingException(
                "TRN0307",
                $"Starting the run failed: it would take about {Show(TotalBytes)} (weights {Show(WeightBytes)}, gradients {Show(GradientBytes)}, optimizer {Show(OptimizerBytes)}, activations {Show(ActivationBytes)}{string.Concat(Beside.Select(part => $", {part.Name} {Show(part.Bytes)}"))}); there are {Show(availableBytes)}. "
                + $"Lower batch.rows and raise batch.accumulation, set batch.activation_checkpointing, shorten {(Beside.Count > 0 ? "rows, or train an adapter." : "batch.sequence, train an adapter, or keep its base in fewer bits (base_format).")}");
        }
    }

    /// <summary>A number of bytes in words.</summary>
    public static string Show(long bytes) => bytes >= 1L << 30
        ? FormattableString.Invariant($"{bytes / (double)(1L << 30):0.0} GiB")
        : FormattableString.Invariant($"{bytes / (double)(1L << 20):0.0} MiB");
}
