namespace Gyre.Models.Adapters.Training;

/// <summary>Which adapter to train and how it begins. What is not set has PEFT's default.</summary>
/// <remarks>
/// Checked, all faults together, by <see cref="TrainableAdapter.Create"/>. Fields of other methods are ignored.
/// <para>Source: the configuration classes of PEFT 0.13; interop of <c>adapter_config.json</c>.</para>
/// </remarks>
public sealed record AdapterOptions
{
    /// <summary>The method.</summary>
    public AdapterMethod Method { get; init; } = AdapterMethod.Lora;

    /// <summary>Modules that are changed: ends of their paths from a dot on, one regular expression over whole paths (<see cref="TargetPattern"/>), or <c>all-linear</c>. Empty for the method's usual ones of the base.</summary>
    public IReadOnlyList<string> Targets { get; init; } = [];

    /// <summary>Instead of <see cref="Targets"/>: an expression in Python's notation that a module's whole path must match.</summary>
    public string? TargetPattern { get; init; }

    /// <summary>Modules that are left out, named as in <see cref="Targets"/>.</summary>
    public IReadOnlyList<string> Excluded { get; init; } = [];

    /// <summary>The only layers that are changed; empty for all.</summary>
    public IReadOnlyList<int> Layers { get; init; } = [];

    /// <summary>Rank r of a product (LoRA).</summary>
    public int Rank { get; init; } = 8;

    /// <summary>α: a product is multiplied by α/r, with <see cref="IsRankStabilised"/> by α/√r.</summary>
    public double Alpha { get; init; } = 8;

    /// <summary>Another rank for modules whose path's end an expression matches.</summary>
    public IReadOnlyDictionary<string, int> RankPattern { get; init; } = new Dictionary<string, int>();

    /// <summary>Another α for modules whose path's end an expression matches.</summary>
    public IReadOnlyDictionary<string, double> AlphaPattern { get; init; } = new Dictionary<string, double>();

    /// <summary>The share of a product's inputs that a training pass zeroes; [0, 1).</summary>
    public double Dropout { get; init; }

    /// <summary>Products are multiplied by α/√r (rsLoRA).</summary>
    public bool IsRankStabilised { get; init; }

    /// <summary>The lengths of the whole weight's rows are learned apart from their directions (DoRA).</summary>
    public bool HasMagnitudes { get; init; }

    /// <summary>Biases that are trained too.</summary>
    public AdapterBiases Biases { get; init; } = AdapterBiases.None;

    /// <summary>Modules that are trained whole and saved with the adapter; null for the classifier of an encoder that has one.</summary>
    public IReadOnlyList<string>? Saved { get; init; }

    /// <summary>Targets whose inputs are multiplied instead of their outputs (IA3).</summary>
    public IReadOnlyList<string> FeedForward { get; init; } = [];

    /// <summary>How ranks are taken away (AdaLoRA).</summary>
    public RankBudget Budget { get; init; } = new();

    /// <summary>Virtual tokens and how they begin (prompt tuning, P-tuning, prefix tuning).</summary>
    public SoftPromptOptions Prompt { get; init; } = new();

    /// <summary>What the base is called in the saved configuration.</summary>
    public string BaseModel { get; init; } = "";
}
