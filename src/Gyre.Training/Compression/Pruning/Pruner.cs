using Gyre.Models.Architectures;
using Gyre.Tensors;
using Gyre.Tensors.Autodiff;
using Gyre.Tensors.Threading;

namespace Gyre.Training.Compression.Pruning;

/// <summary>Sets the weights of a decoder that matter least to zero.</summary>
/// <remarks>The same masks for any number of threads. Owns: nothing.</remarks>
internal sealed class Pruner(ThreadTeam team, TensorPool pool)
{
    /// <summary>Prunes in place.</summary>
    /// <param name="model">The model.</param>
    /// <param name="options">How.</param>
    /// <param name="windows">Token ids of the calibration text; not read for magnitudes.</param>
    /// <param name="progress">Told the share of the layers that is done.</param>
    /// <param name="cancellationToken">Ends the work early; the model is pruned in part then.</param>
    /// <returns>What is zero now, by matrix.</returns>
    /// <remarks>
    /// Wanda takes the layers in order: a layer's inputs are those that the pruned layers before it give.
    /// <para>Errors: <see cref="TrainingException"/> <c>TRN0451</c> options that contradict each other or the model, <c>TRN0452</c> no
    /// text, <c>TRN0453</c> weights or inputs that are not finite.</para>
    /// <para>Source: Sun et al. 2023, "A Simple and Effective Pruning Approach for Large Language Models", algorithm 1.</para>
    /// </remarks>
    public IReadOnlyList<WeightMask> Prune(
        TrainableDecoder model, PruningOptions options, IReadOnlyList<int[]> windows, IProgress<double>? progress = null, CancellationToken cancellationToken = default)
    {
        var matrices = Chosen(model, options);
        var masks = options.Method == PruningMethod.Wanda
            ? PruneByInputs(model, options, matrices, windows, progress, cancellationToken)
            : PruneByMagnitude(options, matrices, progress, cancellationToken);
        foreach (var (matrix, mask) in matrices.Zip(masks))
        {
            mask.Apply(matrix.Parameter.Value.Span);
        }

        return masks;
    }

    /// <summary>The matrices that are pruned; every fault of the options at once.</summary>
    internal static IReadOnlyList<DecoderMatrix> Chosen(TrainableDecoder model, PruningOptions options)
    {
        var faults = new List<string>();
        var layers = model.Matrices.Max(matrix => matrix.Layer ?? -1) + 1;
        foreach (var layer in options.Layers.Keys.Where(layer => layer < 0 || layer >= layers).Order())
        {
            faults.Add($"layer {layer} is given a sparsity of its own; expected 0 to {layers - 1}, the model has {layers};");
        }

        if (options.Method == PruningMethod.Wanda && (options.IncludesEmbeddings || options.IncludesOutput))
        {
            faults.Add("embeddings or the output layer are included; expected the layers only, because Wanda needs the inputs that matrices of layers have: use magnitudes for those;");
        }

        if (options.EffectiveScope == PruningScope.Model && (options.Method == PruningMethod.Wanda || options.Layers.Count > 0))
        {
            faults.Add("all matrices are ranked together; expected magnitudes and one sparsity, because Wanda prunes a layer before it sees the next, and a ranking of all has no layer's own share;");
        }

        if (options.Layers.Values.Any(own => own.IsGrouped) && options.EffectiveScope != PruningScope.Row)
        {
            faults.Add($"a layer keeps n of m and scores are ranked by {Name(options.EffectiveScope)}; expected by row;");
        }

        DecoderMatrix[] chosen = [.. model.Matrices.Where(matrix => matrix.Layer is not null ? !matrix.IsEmbedding : matrix.IsEmbedding ? options.IncludesEmbeddings : options.IncludesOutput)];
        foreach (var matrix in chosen)
        {
            var (columns, group) = (matrix.Parameter.Value.Shape[1], options.Of(matrix.Layer).Group);
            if (group > 0 && columns % group != 0)
            {
                faults.Add($"the matrix '{matrix.Parameter.Name}' has {columns} inputs; expected a multiple of the {group} of {options.Of(matrix.Layer)};");
            }
        }

        return faults.Count == 0 ? chosen : throw new TrainingException(
            "TRN0451", $"Pruning failed: {string.Join(' ', faults.Take(6))}{(faults.Count > 6 ? $" and {faults.Count - 6} more." : "")} Change the method, the sparsity or the scope.");
    }

    private static string Name(PruningScope scope) => scope.ToString().ToLowerInvariant();

    private WeightMask[] PruneByInputs(
        TrainableDecoder model, PruningOptions options, IReadOnlyList<DecoderMatrix> matrices, IReadOnlyList<int[]> windows, IProgress<double>? progress, CancellationToken cancellationToken)
    {
        if (windows.Count == 0)
        {
            throw new TrainingException("TRN0452", "Pruning failed: Wanda weighs inputs over a calibration text, and there is none; expected one of some thousand tokens. Give one with --text, or prune by magnitude.");
        }

        var masks = matrices.ToDictionary(matrix => matrix.Parameter.Name, matrix => new WeightMask(matrix.Parameter.Name, (int)matrix.Parameter.Value.Length), StringComparer.Ordinal);
        using var tape = new Tape(team, pool, isRecording: false);
        using var pass = model.BeginLayers(tape, windows);
        while (pass.Next < pass.Layers)
        {
            var norms = new InputNorms(team);
            pass.Observe(norms.Add, cancellationToken);
            DecoderMatrix[] inside = [.. matrices.Where(matrix => matrix.Layer == pass.Next)];
            team.For(inside.Length, i =>
            {
                var (matrix, mask) = (inside[i], masks[inside[i].Parameter.Name]);
                var scores = PruningScores.Of(matrix.Parameter.Name, matrix.Parameter.Value.Span, norms.Of(matrix));
                Choose(scores, matrix.Parameter.Value.Shape[1], options.Of(matrix.Layer), options.EffectiveScope, mask);
                mask.Apply(matrix.Parameter.Value.Span);
            });
            pass.Advance(cancellationToken);
            progress?.Report((double)pass.Next / pass.Layers);
        }

        return [.. matrices.Select(matrix => masks[matrix.Parameter.Name])];
    }

    private WeightMask[] PruneByMagnitude(PruningOptions options, IReadOnlyList<DecoderMatrix> matrices, IProgress<double>? progress, CancellationToken cancellationToken)
    {
        WeightMask[] masks = [.. matrices.Select(matrix => new WeightMask(matrix.Parameter.Name, (int)matrix.Parameter.Value.Length))];
        if (options.EffectiveScope == PruningScope.Model)
        {
            float[][] all = [.. matrices.Select(matrix => PruningScores.Of(matrix.Parameter.Name, matrix.Parameter.Value.Span, []))];
            MaskSelection.Together(all, options.Sparsity.RemovedOf(all.Sum(scores => (long)scores.Length)), masks);
            progress?.Report(1);
            return masks;
        }

        var done = 0;
        team.For(matrices.Count, i =>
        {
            cancellationToken.ThrowIfCancellationRequested();
            var value = matrices[i].Parameter.Value;
            Choose(PruningScores.Of(matrices[i].Parameter.Name, value.Span, []), value.Shape[1], options.Of(matrices[i].Layer), options.EffectiveScope, masks[i]);
            progress?.Report((double)Interlocked.Increment(ref done) / matrices.Count);
        });
        return masks;
    }

    private static void Choose(float[] scores, int columns, Sparsity sparsity, PruningScope scope, WeightMask mask)
    {
        if (sparsity.IsGrouped)
        {
            MaskSelection.Groups(scores, sparsity.Kept, sparsity.Group, mask);
        }
        else if (scope == PruningScope.Row)
        {
            MaskSelection.Rows(scores, columns, sparsity.RemovedOf(columns), mask);
        }
        else
        {
            MaskSelection.Together([scores], sparsity.RemovedOf(scores.Length), [mask]);
        }
    }
}
