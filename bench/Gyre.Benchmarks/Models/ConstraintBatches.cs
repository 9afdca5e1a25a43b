using System.Diagnostics;
using Gyre.Contracts;
using Gyre.Models.Constraints;
using Gyre.Models.Generation;

namespace Gyre.Benchmarks.Models;

/// <summary>What constraints cost a batch of streams in each step: choosing a token for all of them, free and constrained by turns.</summary>
internal static class ConstraintBatches
{
    private const int Steps = 200;

    /// <summary>A row of the table.</summary>
    public static string Measure(string name, string label, Constraint constraint, ConstraintVocabulary vocabulary, int streams, float temperature)
    {
        var options = new GenerationOptions { Temperature = temperature };
        var noise = new SeededRandom(5);
        var logits = Enumerable.Range(0, vocabulary.Size + (Steps * 7)).Select(_ => (float)noise.NextGaussian()).ToArray();
        var free = Enumerable.Range(0, streams).Select(i => new Sampler(vocabulary.Size, options, new SeededRandom((ulong)i))).ToArray();
        var (states, bound) = (new ConstraintState[streams], new Sampler[streams]);
        var mask = new ulong[vocabulary.MaskWords];
        var (freeTimes, boundTimes, maskTimes) = (new List<double>(), new List<double>(), new List<double>());
        for (var step = 0; step < Steps; step++)
        {
            for (var i = 0; i < streams; i++)
            {
                if (states[i] is not { MustEnd: false, HasEnded: false })
                {
                    states[i] = constraint.Start(vocabulary);
                    bound[i] = new Sampler(vocabulary.Size, options, new SeededRandom((ulong)(step * streams) + (ulong)i), states[i]);
                }
            }

            // Masks first: whoever needs one first pays for it, so the constrained choice below is charged for both.
            var start = Stopwatch.GetTimestamp();
            foreach (var state in states)
            {
                state.FillMask(mask);
            }

            maskTimes.Add(Stopwatch.GetElapsedTime(start).TotalMicroseconds);
            freeTimes.Add(Choose(free, logits, step, vocabulary.Size));
            boundTimes.Add(Choose(bound, logits, step, vocabulary.Size));
        }

        var (masks, plain, constrained) = (maskTimes.Sum() / Steps, freeTimes.Sum() / Steps, boundTimes.Sum() / Steps);
        maskTimes.Sort();
        return $"{name,-11} {label,-13} {streams,7} {temperature,5:0.0} {plain,12:0.0} {constrained,12:0.0} {constrained / plain,6:0.00} {maskTimes[Steps / 2],12:0.0} {masks,12:0.0} {maskTimes[^1],12:0.0}";
    }

    private static double Choose(Sampler[] samplers, float[] logits, int step, int size)
    {
        var start = Stopwatch.GetTimestamp();
        for (var i = 0; i < samplers.Length; i++)
        {
            samplers[i].Next(logits.AsSpan(((step * 7) + i) % (Steps * 7), size));
        }

        return Stopwatch.GetElapsedTime(start).TotalMicroseconds;
    }
}
