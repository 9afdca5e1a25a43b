using Gyre.Tensors.Kernels;

namespace Gyre.Models.Architectures;

/// <summary>A family of encoder-only networks: its names, and the form of its heads. A new one is registered here.</summary>
internal sealed record EncoderFamily
{
    /// <summary>config.json's <c>model_type</c>.</summary>
    public required string Name { get; init; }

    /// <summary>What the names of its classes begin with in config.json's <c>architectures</c>.</summary>
    public required string ClassPrefix { get; init; }

    /// <summary>What the names of tensors begin with and files of the network without a head leave out.</summary>
    public required string Prefix { get; init; }

    /// <summary>What Hugging Face files call the modules.</summary>
    public required EncoderModules Modules { get; init; }

    /// <summary>What a head is made of; null for a head that the family does not have.</summary>
    public required Func<EncoderHead, HeadModules?> Head { get; init; }

    /// <summary>config.json's names of the common fields, as BERT names them, where they differ; none for one that it does not have.</summary>
    public IReadOnlyDictionary<string, string[]> FieldNames { get; init; } = new Dictionary<string, string[]>();

    /// <summary>Positions are counted from the padding id on, which keeps its own row.</summary>
    public bool CountsFromPadding { get; init; }

    /// <summary>The module of the pooler; null when the family has none.</summary>
    public string? Pooler { get; init; }

    /// <summary>Modules of files that this network does not use: what pretraining left there, heads that are not asked for.</summary>
    public IReadOnlyList<string> Unused { get; init; } = [];

    /// <summary>Every family.</summary>
    public static IReadOnlyList<EncoderFamily> All { get; } = [.. BertEncoder.Families, DistilBertNames.Family];

    /// <summary>GGUF has one architecture for them all.</summary>
    public static string GgufName => "bert";

    /// <summary>The family with a name of config.json's; null when there is none.</summary>
    public static EncoderFamily? Find(string name) => All.FirstOrDefault(family => family.Name == name);

    /// <summary>config.json's name of a common field; null when it has none.</summary>
    public string? FieldName(string common) => FieldNames.TryGetValue(common, out var names) ? names.FirstOrDefault() : common;
}
