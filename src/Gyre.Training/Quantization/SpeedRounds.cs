using Gyre.Models.Architectures;
using Gyre.Models.Measurement;

namespace Gyre.Training.Quantization;

/// <summary>Measures two decoders in turn, round after round, so that what else the machine does meets both.</summary>
internal static class SpeedRounds
{
    private const int PromptTokens = 128;
    private const int GeneratedTokens = 32;
    private const int Rounds = 3;

    /// <summary>The medians.</summary>
    public static SpeedComparison Compare(IDecoder original, IDecoder result, TimeProvider clock, int threads, CancellationToken cancellationToken)
    {
        var prompt = Math.Min(PromptTokens, Math.Min(original.ContextLength, result.ContextLength));
        var generated = Math.Min(GeneratedTokens, Math.Min(original.ContextLength, result.ContextLength));
        SpeedTest[] tests = [new(SpeedTestKind.Prompt, prompt, 1), new(SpeedTestKind.Generation, generated, 1)];
        DecoderSpeed[] meters = [new(original, clock), new(result, clock)];
        var samples = new List<double>[tests.Length, meters.Length];
        for (var round = 0; round <= Rounds; round++)
        {
            for (var test = 0; test < tests.Length; test++)
            {
                for (var meter = 0; meter < meters.Length; meter++)
                {
                    var sample = meters[meter].Measure(tests[test], cancellationToken);
                    samples[test, meter] ??= [];
                    if (round > 0)
                    {
                        samples[test, meter].Add(sample);
                    }
                }
            }
        }

        return new SpeedComparison(
            prompt, Median(samples[0, 0]), Median(samples[0, 1]), generated, Median(samples[1, 0]), Median(samples[1, 1]), threads, Rounds);
    }

    /// <summary>The middle one.</summary>
    internal static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
}
