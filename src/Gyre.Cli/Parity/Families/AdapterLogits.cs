namespace Gyre.Cli.Parity.Families;

/// <summary>Logits through PEFT adapters of decoders.</summary>
internal sealed class AdapterLogits : IParityFamily
{
    private static readonly (string Base, string Adapter)[] Cases =
    [
        ("llama", "peft-lora-llama"), ("llama", "peft-lora-llama-patterns"), ("llama", "peft-lora-llama-embed"), ("llama", "peft-rslora-llama"), ("llama", "peft-dora-llama"),
        ("llama", "peft-adalora-llama"), ("llama", "peft-ia3-llama"), ("llama", "peft-prompt-llama"), ("llama", "peft-prefix-llama"), ("gpt2", "peft-lora-gpt2"), ("gpt2", "peft-dora-gpt2"),
        ("gpt2", "peft-ia3-gpt2"), ("gpt2", "peft-prefix-gpt2"), ("gpt2", "peft-ptuning-gpt2"),
    ];

    public string Name => "adapters";

    public string Source => "peft on transformers 4.46 (f0e640ad), float64, on the conformance kit's weights";

    public string Compared => "all logits through LoRA, rsLoRA, DoRA, AdaLoRA, IA3, prompt, prefix and P-tuning";

    public IReadOnlyList<string> Needs => [.. Cases.SelectMany(item => new[] { "models/kit/" + item.Base, "models/kit/" + item.Adapter }).Distinct()];

    public IEnumerable<ParityRow> Compute(ParityInput input)
    {
        foreach (var group in Cases.GroupBy(item => item.Base))
        {
            using var decoder = DecoderLogits.Load(KitFolder.Open(input, group.Key), input);
            foreach (var (_, adapter) in group)
            {
                var kit = KitFolder.Open(input, adapter);
                decoder.LoadAdapter(adapter, kit.Path);
                yield return ParityRow.Group(adapter, Pairs(kit, ids => DecoderLogits.LogitsOf(decoder, ids, adapter), decoder.VocabularySize), kit.Tolerance);
            }
        }
    }

    /// <summary>Prompt methods have logits of their own tokens before those of a row.</summary>
    private static IEnumerable<(double Expected, double Found)> Pairs(KitFolder kit, Func<int[], float[]> logitsOf, int width)
    {
        var (rows, expected, length) = (kit.Real(), kit.Numbers("logits"), kit.Ids("input_ids")[0].Length);
        var own = (expected.Length / rows.Length / width) - length;
        for (var row = 0; row < rows.Length; row++)
        {
            var found = logitsOf(rows[row]);
            var first = ((row * (length + own)) + own) * width;
            for (var i = 0; i < found.Length; i++)
            {
                yield return (expected[first + i], found[i]);
            }
        }
    }
}
