namespace Gyre.Models.Tokenizers;

/// <summary>Names of control tokens whose meaning published models agree on.</summary>
internal static class SpecialTokenNames
{
    private static readonly HashSet<string> Ends = new(StringComparer.Ordinal)
    {
        "<|eot_id|>", "<|eom_id|>", "<|im_end|>", "<|end|>", "<end_of_turn>", "<|endoftext|>", "<|EOT|>", "<EOT>", "<|end_of_text|>",
        "<｜end▁of▁sentence｜>", "<|END_OF_TURN_TOKEN|>", "<|eot|>", "<end_of_utterance>", "<|return|>",
    };

    /// <summary>True for a token at which a turn or a sequence ends in every model that has it.</summary>
    public static bool EndsGeneration(string token) => Ends.Contains(token);

    /// <summary>The end tokens among the special tokens of a vocabulary, after the declared ones.</summary>
    public static List<int> EndIds(Vocabulary vocabulary, IEnumerable<int?> declared, IEnumerable<int> special)
    {
        var ends = declared.OfType<int>().Where(id => id >= 0 && id < vocabulary.Count).ToList();
        ends.AddRange(special.Where(id => EndsGeneration(vocabulary[id])));
        return [.. ends.Distinct()];
    }
}
