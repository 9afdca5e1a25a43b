using Gyre.Models.Architectures;

namespace Gyre.Models.Adapters.Training;

/// <summary>How much of a model an adapter trains.</summary>
/// <param name="Trained">Numbers that are trained.</param>
/// <param name="All">Those and the base's, and what the reference keeps beside them (AdaLoRA's number of ranks of each module).</param>
/// <param name="Modules">Each changed module's path and how many numbers of it are trained, in the base's order.</param>
public sealed record AdapterReport(long Trained, long All, IReadOnlyList<KeyValuePair<string, long>> Modules)
{
    /// <summary>Trained numbers as a share of all; [0, 1].</summary>
    public double Share => (double)Trained / All;

    /// <summary>About how many numbers a training pass keeps for each position beside those of the base alone.</summary>
    public long PositionNumbers { get; init; }

    /// <summary>Counts without a model: what <see cref="TrainableAdapter.Create"/> would train of a decoder.</summary>
    /// <param name="options">The adapter.</param>
    /// <param name="configuration">The decoder.</param>
    /// <remarks>Errors: as <see cref="TrainableAdapter.Create"/>. Cost: no memory for weights.</remarks>
    public static AdapterReport Of(AdapterOptions options, DecoderConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(configuration);
        var model = new AdaptedBase(Architecture.Create(configuration, "the given configuration"), EncoderHead.None, configuration);
        var (_, parsed, settings) = TrainableAdapter.Parse(options, model);
        return AdapterCount.Of(parsed, settings, model);
    }
}
