namespace Gyre.Evaluation.Selection;

/// <summary>How open a model is, by four questions; null where nobody answered.</summary>
/// <remarks>
/// Each answer counts 1, ½ or 0, and the sum is the level, 0 to 4. An unanswered question leaves the level unknown: it is not counted as closed.
/// <para>Source: the questions are among those of the Model Openness Framework (White et al. 2024); the level is Gyre's own.</para>
/// </remarks>
public sealed record OpennessProfile
{
    /// <summary>The greatest level.</summary>
    public const double Most = 4;

    /// <summary>May the weights be had?</summary>
    public WeightAccess? Weights { get; init; }

    /// <summary>What does their licence allow?</summary>
    public LicenceClass? Licence { get; init; }

    /// <summary>The licence's name, for example <c>MIT</c>; empty when unknown.</summary>
    public string LicenceName { get; init; } = "";

    /// <summary>Is it known what the model was trained on?</summary>
    public Disclosure? Data { get; init; }

    /// <summary>Is the program that trained it published?</summary>
    public Disclosure? Code { get; init; }

    /// <summary>Where these answers are from, for example the model's card; empty when nobody said.</summary>
    public string Source { get; init; } = "";

    /// <summary>0 (closed) to 4 (open); null while a question is not answered.</summary>
    public double? Level => Weights is { } weights && Licence is { } licence && Data is { } data && Code is { } code
        ? (weights switch { WeightAccess.Open => 1, WeightAccess.Restricted => 0.5, _ => 0 })
            + (licence switch { LicenceClass.Permissive or LicenceClass.Copyleft => 1, LicenceClass.UseRestricted or LicenceClass.NonCommercial => 0.5, _ => 0 })
            + PartOf(data) + PartOf(code)
        : null;

    /// <summary>The questions without an answer.</summary>
    internal IReadOnlyList<string> Unanswered =>
    [
        .. Weights is null ? ["weights"] : Array.Empty<string>(),
        .. Licence is null ? ["licence"] : Array.Empty<string>(),
        .. Data is null ? ["data"] : Array.Empty<string>(),
        .. Code is null ? ["code"] : Array.Empty<string>(),
    ];

    private static double PartOf(Disclosure disclosure) => disclosure switch { Disclosure.Open => 1, Disclosure.Partial => 0.5, _ => 0 };
}
