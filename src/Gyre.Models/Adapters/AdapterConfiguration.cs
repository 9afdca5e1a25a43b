namespace Gyre.Models.Adapters;

/// <summary>What an adapter's configuration says about its tensors and how they are computed with.</summary>
internal sealed record AdapterConfiguration
{
    public required AdapterKind Kind { get; init; }

    /// <summary>The base that it was made for, as its maker called it; a hint for messages.</summary>
    public string MadeFor { get; init; } = "";

    /// <summary>The modules that it changes.</summary>
    public required AdapterTargets Targets { get; init; }

    /// <summary>Those of them whose inputs are multiplied (<see cref="AdapterKind.Scaling"/>).</summary>
    public AdapterTargets FeedForward { get; init; } = new();

    /// <summary>Rank of a product where no pattern says otherwise.</summary>
    public int Rank { get; init; }

    public IReadOnlyList<(ModulePattern Pattern, int Rank)> RankPatterns { get; init; } = [];

    /// <summary>A product is multiplied by this over its rank.</summary>
    public double Alpha { get; init; }

    public IReadOnlyList<(ModulePattern Pattern, double Alpha)> AlphaPatterns { get; init; } = [];

    /// <summary>The product is divided by the root of the rank instead (rsLoRA).</summary>
    public bool DividesByRoot { get; init; }

    /// <summary>Rows are scaled to learned lengths (DoRA).</summary>
    public bool HasMagnitudes { get; init; }

    /// <summary>The second product has a bias.</summary>
    public bool HasUpBias { get; init; }

    public AdapterBiases Biases { get; init; }

    /// <summary>How many tokens or keys it puts before the others; 0 for kinds that change modules.</summary>
    public int VirtualTokens { get; init; }

    /// <summary>True when it puts something before the tokens and changes no module.</summary>
    public bool IsSoftPrompt => Kind is AdapterKind.VirtualTokens or AdapterKind.Prefix;

    /// <summary>Modules that it brings whole.</summary>
    public IReadOnlyList<string> Saved { get; init; } = [];

    /// <summary>Ranks that training left, by the module's path (<see cref="AdapterKind.AdaptiveLowRank"/>).</summary>
    public IReadOnlyDictionary<string, int> KeptRanks { get; init; } = new Dictionary<string, int>();

    /// <summary>The rank of a module's product.</summary>
    public int RankOf(string path) =>
        KeptRanks.TryGetValue(path, out var kept) ? kept : RankPatterns.FirstOrDefault(pair => pair.Pattern.IsMatch(path), (null!, Rank)).Rank;

    /// <summary>What a module's product is multiplied by.</summary>
    public float ScaleOf(string path)
    {
        if (Kind == AdapterKind.AdaptiveLowRank)
        {
            // Training divides by the rank it began with, kept from being 0.
            return (float)((Alpha > 0 ? Alpha : Rank) / (Rank + 1e-5));
        }

        var alpha = AlphaPatterns.FirstOrDefault(pair => pair.Pattern.IsMatch(path), (null!, Alpha)).Alpha;
        return (float)(alpha / (DividesByRoot ? Math.Sqrt(RankOf(path)) : RankOf(path)));
    }
}
