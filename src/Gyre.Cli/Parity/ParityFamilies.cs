using Gyre.Cli.Parity.Families;

namespace Gyre.Cli.Parity;

/// <summary>The registration of every family, in the order of the page.</summary>
internal static class ParityFamilies
{
    public static IReadOnlyList<IParityFamily> All { get; } =
    [
        new RougeExamples(),
        new RougeTable(),
        new BleuExample(),
        new SacreBleuTests(),
        new MeteorExample(),
        new OverlapReferences(),
        new ContextPrecisionValues(),
        new TrecEvalOutputs(),
        new BertScoreNumbers(),
        new WilsonTable(),
        new CategoryShifts(),
        new ConformanceTokens(),
        new SentencePieceTokens(),
        new ChatTemplates(),
        new QuantisedBlocks(),
        new TrainedCheckpoint(),
        new DecoderLogits(),
        new EncoderStates(),
        new PairModelLogits(),
        new AdapterLogits(),
        new PublishedCheckpoints(),
    ];

    /// <summary>Published values that the project means to reproduce and no family does yet, with the reason.</summary>
    public static IReadOnlyList<(string What, string Why)> Missing { get; } =
    [
        ("DPO, IPO, KTO, ORPO, reward and PPO losses; AdaLoRA's parameter count; DP-SGD's ε", "these trainers are not built yet"),
        ("GPT-2 124M losses of llm.c", "the checkpoint is not among the reference data"),
        ("DDIM and DDPM sums, VAE, FID, CLIP image logits", "image models are not built yet; CLIPScore itself has no published number to hold it to"),
        ("answer relevancy, faithfulness, context recall, MMR, reciprocal rank fusion, BBQ and representation bias", "the sources give formulas without numbers; tests hold each to values worked out by hand"),
        ("Kolmogorov–Smirnov, Z, Wasserstein, Jensen–Shannon, PSI, MMD and classifier tests of drift", "not built yet; χ² and Hellinger are above"),
        ("the convergence of integrated gradients", "attribution is not built yet"),
    ];
}
