using Gyre.Models.Architectures;

namespace Gyre.Models.Adapters.Training;

/// <summary>What options of an adapter need to know of its base.</summary>
/// <param name="Architecture">The network.</param>
/// <param name="Head">The head of an encoder.</param>
/// <param name="Decoder">Sizes of a decoder; null for other models.</param>
internal sealed record AdaptedBase(IArchitecture Architecture, EncoderHead Head, DecoderConfiguration? Decoder = null)
{
    private static readonly string[] Classifiers = ["classifier", "score", "qa_outputs"];

    /// <summary>Its modules. A network without a head leaves the prefix out of their paths, as the reference does.</summary>
    public IReadOnlyList<AdapterModule> Modules { get; } =
        AdapterModule.Of(Architecture, Architecture is IEncoderArchitecture && Head == EncoderHead.None ? Architecture.Prefix : "");

    /// <summary>The modules of its classifier.</summary>
    public IReadOnlyList<string> Heads => Head is EncoderHead.SequenceLabels or EncoderHead.TokenLabels or EncoderHead.AnswerSpan
        ? [.. Classifiers.Where(name => Modules.Any(module => AdapterTargets.IsWithin(module.Path, name)))]
        : [];

    /// <summary>What the reference calls the task.</summary>
    public string TaskType => (Architecture, Head) switch
    {
        (IEncoderDecoderArchitecture, _) => "SEQ_2_SEQ_LM",
        (IEncoderArchitecture, EncoderHead.SequenceLabels) => "SEQ_CLS",
        (IEncoderArchitecture, EncoderHead.TokenLabels) => "TOKEN_CLS",
        (IEncoderArchitecture, EncoderHead.AnswerSpan) => "QUESTION_ANS",
        (IEncoderArchitecture, _) => "FEATURE_EXTRACTION",
        _ => "CAUSAL_LM",
    };

    /// <summary>Numbers of all its weights.</summary>
    public long Parameters => Architecture.Weights.Sum(weight => (long)weight.Rows * weight.Columns);

    public bool HasAll(IReadOnlyList<string> names) =>
        names.All(name => Modules.Any(module => module.Kind == AdapterModuleKind.Matrix && AdapterTargets.EndsWith(module.Path, name)));
}
