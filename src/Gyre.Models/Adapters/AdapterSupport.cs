using Gyre.Models.Encoders;

namespace Gyre.Models.Adapters;

/// <summary>Which kinds of PEFT's adapters models compute with.</summary>
public static class AdapterSupport
{
    private static readonly string[] OfModules = ["LoRA", "rsLoRA", "DoRA", "AdaLoRA", "IA3"];

    /// <summary>The kinds that a model of a kind can have beside it.</summary>
    public static IReadOnlyList<string> KindsOf(ModelKind model) => model switch
    {
        ModelKind.Generation => [.. OfModules, "prompt tuning", "P-tuning", "prefix tuning"],
        ModelKind.SequenceToSequence => [.. OfModules, "prompt tuning", "P-tuning"],
        _ => OfModules,
    };
}
