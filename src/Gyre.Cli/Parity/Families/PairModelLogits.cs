using Gyre.Models.Architectures;
using Gyre.Models.Weights;

namespace Gyre.Cli.Parity.Families;

/// <summary>Logits of small encoder–decoder models.</summary>
internal sealed class PairModelLogits : IParityFamily
{
    private static readonly string[] Folders = ["t5", "flan-t5", "bart", "marian"];

    public string Name => "encoder-decoders";

    public string Source => "transformers 4.46 (f0e640ad), float64, on the conformance kit's weights";

    public string Compared => "all logits of given answers to given sources";

    public IReadOnlyList<string> Needs => [.. Folders.Select(name => "models/kit/" + name)];

    public IEnumerable<ParityRow> Compute(ParityInput input)
    {
        foreach (var name in Folders)
        {
            var kit = KitFolder.Open(input, name);
            using var model = Load(kit.Path, input);
            var found = kit.Real().Zip(kit.Ids("decoder_input_ids"), (source, answer) => LogitsOf(model, source, answer)).SelectMany(logits => logits);
            yield return ParityRow.Group(name, kit.Numbers("logits").Zip(found, (one, other) => (one, (double)other)), kit.Tolerance);
        }
    }

    public static IEncoderDecoder Load(string folder, ParityInput input)
    {
        var config = Path.Combine(folder, "config.json");
        using var weights = SafetensorsFolder.Open(folder);
        return EncoderDecoderLoader.Load(weights, EncoderDecoderConfiguration.FromHuggingFace(File.ReadAllText(config), config), new DecoderOptions { Team = input.Team });
    }

    public static float[] LogitsOf(IEncoderDecoder model, int[] source, int[] answer, IAdapterUse? adapter = null)
    {
        using var read = model.Read([source], adapter)[0];
        using var session = model.CreateSession(read, answer.Length);
        var logits = new float[answer.Length * model.VocabularySize];
        session.ForwardAll(answer, logits);
        return logits;
    }
}
