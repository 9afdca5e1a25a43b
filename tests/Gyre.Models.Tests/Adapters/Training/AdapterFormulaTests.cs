using Gyre.Contracts;
using Gyre.Models.Adapters.Training;
using Gyre.Models.Architectures;
using Gyre.Models.Architectures.Training;

namespace Gyre.Models.Tests.Adapters.Training;

/// <summary>DoRA's layer and AdaLoRA's budget against their formulas in double precision.</summary>
public sealed class AdapterFormulaTests
{
    /// <summary>y = (m/n)·(W + s·B·A)·x + b with n = ‖W + s·B·A‖ by row, a constant in the gradients.</summary>
    [Fact]
    public void A_layer_of_DoRA_and_its_gradients_are_the_formula()
    {
        using var adapted = new AdaptedDecoder("models/kit/gpt2");
        var network = ((IAdaptable)adapted.Model).Network;
        using var adapter = TrainableAdapter.Create(new AdapterOptions { Rank = 3, Alpha = 5, HasMagnitudes = true, Targets = ["mlp.c_fc"], Layers = [1] }, adapted.Model, 2);
        TrainableAdapterTests.Move(adapter, 0.1f);
        var spec = network.Architecture.Weights.Single(weight => weight.Name == "transformer.h.1.mlp.c_fc.weight");
        var (outputs, inputs, rows, rank, scale) = (spec.Rows, spec.Columns, 4, 3, 5.0 / 3);
        var random = new SeededRandom(4);
        using var x = adapted.Pool.Rent(rows, inputs);
        using var bias = adapted.Pool.Rent(outputs);
        foreach (var tensor in new[] { x, bias })
        {
            foreach (ref var value in tensor.Span)
            {
                value = (float)random.NextGaussian();
            }
        }

        x.RequiresGradient = true;
        using var tape = adapted.Tape(records: true);
        var layer = network.Active!.Overlay.Weight(spec.Index)!;
        var y = layer.Linear(new TapeInput(tape, x, 1, 0), bias, null);
        float[] given = [.. Enumerable.Range(0, rows * outputs).Select(_ => (float)random.NextGaussian())];
        var actual = y.ToArray();
        tape.Backward(y, given);

        var w = network.Weights.Tensors[spec.Index].ToArray();
        double[] Of(string end) => Array.ConvertAll(adapter.Parameters.Single(parameter => parameter.Name.EndsWith(end, StringComparison.Ordinal)).Value.ToArray(), value => (double)value);
        float[] SlopeOf(string end) => adapter.Parameters.Single(parameter => parameter.Name.EndsWith(end, StringComparison.Ordinal)).Value.Gradient!.ToArray();
        var (a, b, m) = (Of(".lora_A"), Of(".lora_B"), Of(".lora_magnitude_vector"));
        var (values, inputsAt) = (new double[rows * outputs], Array.ConvertAll(x.ToArray(), value => (double)value));
        var (da, db, dm, dx) = (new double[a.Length], new double[b.Length], new double[m.Length], new double[inputsAt.Length]);
        for (var o = 0; o < outputs; o++)
        {
            var row = Enumerable.Range(0, inputs).Select(i => w[(o * inputs) + i] + (scale * Enumerable.Range(0, rank).Sum(k => b[(o * rank) + k] * a[(k * inputs) + i]))).ToArray();
            var gain = m[o] / Math.Sqrt(row.Sum(value => value * value));
            for (var t = 0; t < rows; t++)
            {
                var product = Enumerable.Range(0, inputs).Sum(i => row[i] * inputsAt[(t * inputs) + i]);
                values[(t * outputs) + o] = (gain * product) + bias.Span[o];
                var slope = (double)given[(t * outputs) + o];
                dm[o] += slope * product * gain / m[o];
                for (var i = 0; i < inputs; i++)
                {
                    dx[(t * inputs) + i] += slope * gain * row[i];
                    for (var k = 0; k < rank; k++)
                    {
                        db[(o * rank) + k] += slope * gain * scale * a[(k * inputs) + i] * inputsAt[(t * inputs) + i];
                        da[(k * inputs) + i] += slope * gain * scale * b[(o * rank) + k] * inputsAt[(t * inputs) + i];
                    }
                }
            }
        }

        Close(actual, values);
        Close(SlopeOf(".lora_A"), da);
        Close(SlopeOf(".lora_B"), db);
        Close(SlopeOf(".lora_magnitude_vector"), dm);
        Close(x.Gradient!.ToArray(), dx);
    }

    /// <summary>Twenty steps of random values and gradients: the same ranks stay as by equations 7 to 12 and the cubic curve, and the penalty is the formula's.</summary>
    [Fact]
    public void The_budget_of_AdaLoRA_keeps_the_ranks_of_the_formula()
    {
        using var adapted = new AdaptedDecoder("models/kit/gpt2"); // A fused module: B is in parts.
        var budget = new RankBudget { InitialRank = 5, TargetRank = 2, Steps = 20, Warmup = 3, Settling = 4, Interval = 2 };
        using var adapter = TrainableAdapter.Create(new AdapterOptions { Method = AdapterMethod.AdaLora, Budget = budget, Targets = ["c_attn", "c_fc"] }, adapted.Model, 2);
        var random = new SeededRandom(4);
        var (smooth, unsure) = (adapter.Parameters.ToDictionary(p => p.Name, p => new double[p.Value.Length]), adapter.Parameters.ToDictionary(p => p.Name, p => new double[p.Value.Length]));
        string[] modules = [.. adapter.Parameters.Where(p => p.Name.EndsWith(".lora_E", StringComparison.Ordinal)).Select(p => p.Name[..^".lora_E".Length])];
        var targets = new[] { 1, 5, 9, 100, 7 };
        var changes = new HashSet<string>();
        for (var step = 1; step <= budget.Steps; step++)
        {
            TrainableAdapterTests.Move(adapter, 0.02f * step);
            adapted.Accumulate(([1, 5, 9, 100, 7], [.. targets[1..], AdaptedDecoder.Ignored], 1, 5));
            var last = budget.Steps - budget.Settling;
            foreach (var p in adapter.Parameters.Where(_ => step < last))
            {
                var (v, g) = (p.Value.ToArray(), p.Value.Gradient!.ToArray());
                for (var i = 0; i < v.Length; i++)
                {
                    var now = Math.Abs((double)v[i] * g[i]);
                    smooth[p.Name][i] = (0.85 * smooth[p.Name][i]) + (0.15 * now);
                    unsure[p.Name][i] = (0.85 * unsure[p.Name][i]) + (0.15 * Math.Abs(now - smooth[p.Name][i]));
                }
            }

            adapter.AfterStep(step);
            var total = modules.Length * budget.InitialRank;
            var target = modules.Length * budget.TargetRank;
            var left = Math.Max(0, 1 - ((double)(step - budget.Warmup) / (last - budget.Warmup)));
            var kept = step <= budget.Warmup ? total : (int)Math.Floor(((total - target) * left * left * left) + target);
            var isDue = step >= last || (step > budget.Warmup && step % budget.Interval == 0);
            var found = modules.Select(module => adapter.Parameters.Single(p => p.Name == module + ".lora_E").Value.ToArray()).ToArray();
            if (isDue)
            {
                var scores = modules.Select(module => Enumerable.Range(0, budget.InitialRank).Select(k => Score(module, k)).ToArray()).ToArray();
                var threshold = scores.SelectMany(score => score).OrderDescending().ElementAt(kept - 1);
                for (var i = 0; i < modules.Length; i++)
                {
                    found[i].Select(value => value != 0).ShouldBe(scores[i].Select(score => score >= threshold), $"step {step}, {modules[i]}");
                }

                changes.Add(string.Join(",", found.Select(value => value.Count(factor => factor != 0))));
            }

            foreach (var p in adapter.Parameters)
            {
                p.Value.ZeroGradient();
            }
        }

        changes.Count.ShouldBeGreaterThan(3);
        using var tape = adapted.Tape(records: false);
        ((double)adapter.Penalty(tape)!.Span[0]).ShouldBe(0.5 * modules.Average(module => (Off(Rows(module, ".lora_A", columns: false)) + Off(Rows(module, ".lora_B", columns: true))) / 2), 1e-3);

        double Score(string module, int k) => adapter.Parameters.Where(p => p.Name.StartsWith(module + ".", StringComparison.Ordinal)).Sum(p =>
        {
            var isDown = p.Name.EndsWith(".lora_A", StringComparison.Ordinal);
            var width = p.Value.Shape[1];
            var divisor = p.Name.EndsWith(".lora_E", StringComparison.Ordinal) ? 1.0 : isDown ? width
                : adapter.Parameters.Where(other => other.Name.StartsWith(module + ".lora_B", StringComparison.Ordinal)).Sum(other => other.Value.Shape[0]);
            return Enumerable.Range(0, (int)p.Value.Length).Where(i => (isDown ? i / width : i % width) == k).Sum(i => smooth[p.Name][i] * unsure[p.Name][i]) / divisor;
        });

        double[][] Rows(string module, string end, bool columns)
        {
            var all = adapter.Parameters.Where(p => p.Name.StartsWith(module + end, StringComparison.Ordinal)).SelectMany(p => p.Value.ToArray()).Select(value => (double)value).ToArray();
            return columns
                ? [.. Enumerable.Range(0, budget.InitialRank).Select(k => all.Where((_, i) => i % budget.InitialRank == k).ToArray())]
                : [.. all.Chunk(all.Length / budget.InitialRank)];
        }
    }

    private static double Off(double[][] rows) => Math.Sqrt(Enumerable.Range(0, rows.Length).Sum(i => Enumerable.Range(0, rows.Length).Sum(j =>
        Math.Pow(rows[i].Zip(rows[j], (p, q) => p * q).Sum() - (i == j ? 1 : 0), 2))));

    private static void Close(float[] actual, double[] expected)
    {
        actual.Length.ShouldBe(expected.Length);
        var largest = expected.Max(Math.Abs);
        for (var i = 0; i < actual.Length; i++)
        {
            ((double)actual[i]).ShouldBe(expected[i], 1e-5 * (1 + largest));
        }
    }
}
