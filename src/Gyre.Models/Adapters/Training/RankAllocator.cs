using Gyre.Tensors;
using Gyre.Tensors.Autodiff;

namespace Gyre.Models.Adapters.Training;

/// <summary>AdaLoRA's budget: measures how important each rank of each module is, and holds the least important at zero.</summary>
/// <remarks>Source: Zhang et al. 2023, equations 7 to 12 and algorithm 1; in the order and with the decays that PEFT 0.13 has.</remarks>
internal sealed class RankAllocator
{
    private readonly RankBudget _budget;
    private readonly IReadOnlyList<LowRankModule> _modules;
    private readonly List<Watched> _watched = [];
    private readonly float[][] _kept;
    private readonly float[] _chosen = new float[1];
    private readonly int _initial;
    private readonly int _target;

    public RankAllocator(RankBudget budget, IReadOnlyList<LowRankModule> modules)
    {
        (_budget, _modules) = (budget, modules);
        _kept = [.. modules.Select(module => Enumerable.Repeat(1f, module.Rank).ToArray())];
        foreach (var parameter in modules.SelectMany(module => module.Parameters))
        {
            _watched.Add(new Watched(parameter.Name, parameter.Value, new float[parameter.Value.Length], new float[parameter.Value.Length]));
        }

        var state = new List<KeyValuePair<string, Memory<float>>> { KeyValuePair.Create("adalora.chosen", _chosen.AsMemory()) };
        for (var i = 0; i < modules.Count; i++)
        {
            modules[i].Flags = _kept[i];
            state.Add(KeyValuePair.Create(modules[i].Module.Path + ".kept", _kept[i].AsMemory()));
        }

        foreach (var watched in _watched)
        {
            state.Add(KeyValuePair.Create(watched.Name + ".importance", watched.Importance.AsMemory()));
            state.Add(KeyValuePair.Create(watched.Name + ".uncertainty", watched.Uncertainty.AsMemory()));
        }

        State = state;
        _initial = modules.Sum(module => module.Rank);
        _target = modules.Count * budget.TargetRank;
    }

    /// <summary>What a checkpoint must hold.</summary>
    public IReadOnlyList<KeyValuePair<string, Memory<float>>> State { get; }

    /// <summary>Whether ranks have been chosen.</summary>
    public bool HasChosen => _chosen[0] > 0;

    /// <summary>How many ranks all modules have together after a step; and whether they are chosen then.</summary>
    public (int Ranks, bool IsDue) Budget(int step)
    {
        var last = _budget.Steps - _budget.Settling;
        if (step <= _budget.Warmup)
        {
            return (_initial, false);
        }

        if (step >= last)
        {
            return (_target, true);
        }

        var left = 1 - ((double)(step - _budget.Warmup) / (last - _budget.Warmup));
        return ((int)(((_initial - _target) * Math.Pow(left, 3)) + _target), step % _budget.Interval == 0);
    }

    /// <summary>Takes a finished step into account.</summary>
    public void AfterStep(int step)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(step);
        var last = _budget.Steps - _budget.Settling;
        if (step > last)
        {
            Hold();
            return;
        }

        if (step < last)
        {
            foreach (var watched in _watched)
            {
                watched.Measure(_budget);
            }
        }

        var (ranks, isDue) = Budget(step);
        if (isDue)
        {
            Choose(_initial - ranks);
            Hold();
        }
    }

    /// <summary>Weight · the mean over all A and B of ‖A·Aᵀ − 1‖ and ‖Bᵀ·B − 1‖ (Frobenius).</summary>
    public Tensor Penalty(Tape tape)
    {
        Tensor? sum = null;
        foreach (var module in _modules)
        {
            var products = module.Ups.Select(up => tape.MatMul(up, up, transposesA: true)).Aggregate(tape.Add);
            foreach (var product in new[] { tape.MatMul(module.Down, module.Down, transposesB: true), products })
            {
                var distance = tape.Subtract(product, TapeValues.Identity(tape, module.Rank));
                var norm = tape.Sqrt(tape.Sum(tape.Multiply(distance, distance)));
                sum = sum is null ? norm : tape.Add(sum, norm);
            }
        }

        return tape.Scale(sum!, (float)(_budget.Orthogonality / (2 * _modules.Count))); // A plan has a target.
    }

    /// <summary>Keeps the most important ranks of all modules together.</summary>
    private void Choose(int dropped)
    {
        var scores = _modules.Select(Scores).ToArray();
        var sorted = scores.SelectMany(score => score).Order().ToArray();
        var threshold = dropped > 0 ? sorted[dropped - 1] : double.NegativeInfinity;
        for (var i = 0; i < _modules.Count; i++)
        {
            for (var k = 0; k < _kept[i].Length; k++)
            {
                _kept[i][k] = scores[i][k] > threshold ? 1 : 0;
            }
        }

        _chosen[0] = 1;
    }

    /// <summary>Sets the factors of ranks that are not kept to zero.</summary>
    private void Hold()
    {
        for (var i = 0; i < _modules.Count; i++)
        {
            var factors = _modules[i].Importance!.Span; // Modules of this method have them.
            for (var k = 0; k < factors.Length; k++)
            {
                factors[k] = _kept[i][k] > 0 ? factors[k] : 0;
            }
        }
    }

    /// <summary>For each rank: the score of its factor, and the means of those of its row of A and its column of B.</summary>
    private double[] Scores(LowRankModule module)
    {
        var scores = new double[module.Rank];
        var rows = module.Ups.Sum(up => (long)up.Shape[0]);
        foreach (var watched in _watched.Where(watched => module.Parameters.Any(parameter => parameter.Value == watched.Tensor)))
        {
            var isDown = watched.Tensor == module.Down;
            var columns = watched.Tensor.Shape[1];
            var divisor = watched.Tensor == module.Importance ? 1.0 : isDown ? columns : rows;
            for (var i = 0; i < watched.Importance.Length; i++)
            {
                scores[isDown ? i / columns : i % columns] += (double)watched.Importance[i] * watched.Uncertainty[i] / divisor;
            }
        }

        return scores;
    }

    /// <summary>A trained tensor with its smoothed importance and the uncertainty of that.</summary>
    private sealed record Watched(string Name, Tensor Tensor, float[] Importance, float[] Uncertainty)
    {
        public void Measure(RankBudget budget)
        {
            if (Tensor.Gradient is not { } gradient)
            {
                throw new InvalidOperationException($"Measure importance: '{Name}' has no gradient; expected that of the step. Call AfterStep before gradients are cleared.");
            }

            var values = Tensor.Span;
            var slopes = gradient.Span;
            var (keepsImportance, keepsUncertainty) = ((float)budget.ImportanceDecay, (float)budget.UncertaintyDecay);
            for (var i = 0; i < values.Length; i++)
            {
                var sensitivity = Math.Abs(values[i] * slopes[i]);
                Importance[i] = (keepsImportance * Importance[i]) + ((1 - keepsImportance) * sensitivity);
                Uncertainty[i] = (keepsUncertainty * Uncertainty[i]) + ((1 - keepsUncertainty) * Math.Abs(sensitivity - Importance[i]));
            }
        }
    }
}
