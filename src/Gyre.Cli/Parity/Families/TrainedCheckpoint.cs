using Gyre.Models.Architectures;
using Gyre.Models.Catalog;

namespace Gyre.Cli.Parity.Families;

/// <summary>A real trained model of 260,000 parameters.</summary>
internal sealed class TrainedCheckpoint : IParityFamily
{
    private const string Folder = "models/stories260K";

    /// <summary>The goldens' own advice for single precision.</summary>
    private const double Tolerance = 1e-3;

    public string Name => "stories260K";

    public string Source => "karpathy/tinyllamas stories260K; logits of a float64 run, text of llama2.c's documentation";

    public string Compared => "logits behind four prompts and their greedy continuations, from safetensors and from GGUF";

    public IReadOnlyList<string> Needs => [Folder];

    public IEnumerable<ParityRow> Compute(ParityInput input)
    {
        var prompts = input.Json(Folder + "/golden.json").Items("generation").ToArray();
        foreach (var file in new[] { "derived-hf", "derived-gguf/stories260K-F32.gguf" })
        {
            using var decoder = ModelLoader.LoadDecoder(ModelFolder.Open(input.At($"{Folder}/{file}")), new DecoderOptions { Team = input.Team });
            yield return ParityRow.Group($"{file}, logits", prompts.SelectMany(golden =>
            {
                var ids = golden.GetProperty("prompt_ids").Integers();
                return golden.Items("last_prompt_logits").Select(value => value.GetDouble()).Zip(DecoderLogits.LogitsOf(decoder, ids)[^decoder.VocabularySize..], (one, other) => (one, (double)other));
            }), Tolerance);
            yield return ParityRow.Same(
                $"{file}, greedy continuations of {prompts.Sum(golden => golden.GetProperty("greedy_ids").GetArrayLength())} tokens",
                prompts.Select(golden => DecoderLogits.IsGreedy(decoder, golden.GetProperty("prompt_ids").Integers(), golden.GetProperty("greedy_ids").Integers())));
        }
    }
}
