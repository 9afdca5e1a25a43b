using System.Text.Encodings.Web;
using System.Text.Json;
using Gyre.Evaluation.Statistics;
using Gyre.Models.Architectures;
using Gyre.Models.Catalog;
using Gyre.Tensors;
using Gyre.Tensors.Autodiff;
using Gyre.Tensors.Threading;
using Gyre.Training.Compression.Measurement;
using Gyre.Training.Quantization;
using Gyre.Training.Runs;

namespace Gyre.Training.Compression.Pruning;

/// <summary>Prunes a model into a new folder and measures what that gained and cost.</summary>
/// <param name="team">Who computes.</param>
/// <param name="clock">Times the models.</param>
/// <remarks>Owns: nothing. The same files for any number of threads.</remarks>
public sealed class PruningJob(ThreadTeam team, TimeProvider clock)
{
    private const ulong Seed = 1;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Prunes.</summary>
    /// <param name="source">The model: a decoder in any form.</param>
    /// <param name="options">How.</param>
    /// <param name="text">What is calibrated and measured on; null for magnitudes without a measurement.</param>
    /// <param name="folder">The new folder: the model in the form of the source, <c>pruning.json</c> and a card.</param>
    /// <param name="progress">Told what is done.</param>
    /// <param name="cancellationToken">Ends the work early; nothing is written then.</param>
    /// <remarks>
    /// With a text the other method is measured too, at the same sparsity, and not written.
    /// <para>Errors: <see cref="TrainingException"/> <c>TRN0451</c> to <c>TRN0455</c>; those of opening the model.</para>
    /// <para>Cost: the model in single precision, and a copy of what is pruned.</para>
    /// </remarks>
    public PruningReport Run(
        ModelFolder source, PruningOptions options, PruningText? text, string folder, IProgress<PruningProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentException.ThrowIfNullOrEmpty(folder);
        ModelRewriter.RequireFree(folder, "Pruning");
        using var pool = new TensorPool();
        using var model = Load(source, pool);
        var chosen = Pruner.Chosen(model, options);
        var (calibration, heldOut) = Read(source, model, text);
        if (options.Method == PruningMethod.Wanda && calibration.Count == 0)
        {
            throw new TrainingException("TRN0452", "Pruning failed: Wanda weighs inputs over a calibration text, and there is none; expected one of some thousand tokens. Give one with --text, or prune by magnitude.");
        }

        var dense = Measure(model, heldOut, pool, cancellationToken);
        var other = MeasureOther(model, options, chosen, calibration, heldOut, pool, progress, cancellationToken);
        var pruner = new Pruner(team, pool);
        var masks = pruner.Prune(model, options, calibration, Stage("pruning"), cancellationToken);
        var pruned = Measure(model, heldOut, pool, cancellationToken);
        PruningReport? report = null;
        progress?.Report(new PruningProgress("writing", 0));
        ModelRewriter.Write(source, model, folder, team, Finish, cancellationToken);
        return report ?? throw new InvalidOperationException("A model was written without its report.");

        IProgress<double>? Stage(string name) => progress is null ? null : new Relay(share => progress.Report(new PruningProgress(name, share)));

        void Finish(string written)
        {
            progress?.Report(new PruningProgress("measuring", 0));
            var result = ModelFolder.Open(written);
            report = new PruningReport
            {
                Source = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(source.Path))),
                Method = options.Method.ToString().ToLowerInvariant(),
                Sparsity = options.Sparsity.ToString(),
                Scope = options.EffectiveScope.ToString().ToLowerInvariant(),
                Matrices = masks.Count,
                PrunableWeights = masks.Sum(mask => (long)mask.Length),
                Removed = masks.Sum(mask => mask.Removed),
                CalibrationTokens = options.Method == PruningMethod.Wanda ? calibration.Sum(window => window.Length) : 0,
                SizeBefore = SizeMeter.Measure(source, cancellationToken),
                SizeAfter = SizeMeter.Measure(result, cancellationToken),
                Speed = Speed(source, result, cancellationToken),
                Quality = Compare(dense, pruned, cancellationToken),
                OtherMethod = Compare(other, pruned, cancellationToken),
            };
            AtomicFile.WriteText(Path.Combine(written, "pruning.json"), JsonSerializer.Serialize(report, Json) + "\n");
            AtomicFile.WriteText(Path.Combine(written, "README.md"), PruningCard.Write(report));
            progress?.Report(new PruningProgress("measuring", 1));
        }
    }

    private static TrainableDecoder Load(ModelFolder source, TensorPool pool)
    {
        using var weights = source.OpenWeights();
        return TrainableDecoder.FromWeights(weights, ModelLoader.ReadConfiguration(source), pool);
    }

    private static (IReadOnlyList<int[]> Calibration, IReadOnlyList<ScoredWindow> HeldOut) Read(ModelFolder source, TrainableDecoder model, PruningText? text)
    {
        if (text is null)
        {
            return ([], []);
        }

        var tokenizer = ModelLoader.LoadTokenizer(source.Path);
        var window = Math.Min(text.Window, model.Configuration.ContextLength);
        var calibration = CalibrationText.Windows(tokenizer, text.Calibration, window, text.ReadsSpecialTokens);
        IReadOnlyList<int[]> heldOut;
        if (text.HeldOut is null)
        {
            (calibration, heldOut) = CalibrationText.Split(calibration);
        }
        else
        {
            heldOut = CalibrationText.Windows(tokenizer, text.HeldOut, window, text.ReadsSpecialTokens);
        }

        return (CalibrationText.Spread(calibration, text.Samples), [.. CalibrationText.Spread(heldOut, text.HeldOutSamples).Select(ScoredWindow.OfAll)]);
    }

    private static Measured<QualityComparison> Compare(SampleStatistics? before, SampleStatistics? after, CancellationToken cancellationToken) =>
        before is null || after is null ? Measured<QualityComparison>.None("no held-out text was given") : Measured<QualityComparison>.Of(QualityComparison.Of(before, after, Seed, cancellationToken));

    private SampleStatistics? Measure(TrainableDecoder model, IReadOnlyList<ScoredWindow> heldOut, TensorPool pool, CancellationToken cancellationToken)
    {
        if (heldOut.Count == 0)
        {
            return null;
        }

        using var tape = new Tape(team, pool, isRecording: false);
        return TextLosses.Measure(model, tape, heldOut, cancellationToken);
    }

    /// <summary>Prunes by the other method, measures, and puts the weights back.</summary>
    private SampleStatistics? MeasureOther(
        TrainableDecoder model,
        PruningOptions options,
        IReadOnlyList<DecoderMatrix> chosen,
        IReadOnlyList<int[]> calibration,
        IReadOnlyList<ScoredWindow> heldOut,
        TensorPool pool,
        IProgress<PruningProgress>? progress,
        CancellationToken cancellationToken)
    {
        if (heldOut.Count == 0 || options.IncludesEmbeddings || options.IncludesOutput)
        {
            return null;
        }

        var method = options.Method == PruningMethod.Wanda ? PruningMethod.Magnitude : PruningMethod.Wanda;
        float[][] kept = [.. chosen.Select(matrix => matrix.Parameter.Value.Span.ToArray())];
        var share = progress is null ? null : new Relay(done => progress.Report(new PruningProgress($"{method.ToString().ToLowerInvariant()}, for comparison", done)));

        // Each method with the ranking that is usual for it, unless it was given one.
        var scope = options.Scope == PruningScope.Model ? null : options.Scope;
        new Pruner(team, pool).Prune(model, options with { Method = method, Scope = scope }, calibration, share, cancellationToken);
        var measured = Measure(model, heldOut, pool, cancellationToken);
        for (var i = 0; i < kept.Length; i++)
        {
            kept[i].CopyTo(chosen[i].Parameter.Value.Span);
        }

        return measured;
    }

    private SpeedComparison Speed(ModelFolder source, ModelFolder result, CancellationToken cancellationToken)
    {
        using var before = ModelLoader.LoadDecoder(source, new DecoderOptions { Team = team });
        using var after = ModelLoader.LoadDecoder(result, new DecoderOptions { Team = team });
        return SpeedRounds.Compare(before, after, clock, team.Size, cancellationToken);
    }

    /// <summary>Reports at once, on the thread that works.</summary>
    private sealed class Relay(Action<double> report) : IProgress<double>
    {
        public void Report(double value) => report(value);
    }
}
