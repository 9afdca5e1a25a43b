using Gyre.Evaluation.Judges;

namespace Gyre.Evaluation.Recipes;

/// <summary>What a scorer needs beside its name: a judge, an encoder, another candidate.</summary>
public sealed record ScorerSettings
{
    /// <summary>The judges, by the names of <see cref="EvaluationRecipe.Judges"/>; several are a jury.</summary>
    public IReadOnlyList<string> Judges { get; init; } = [];

    /// <summary>How a jury's values become one.</summary>
    public JuryRule Rule { get; init; }

    /// <summary>What a judge of criteria asks.</summary>
    public Criterion? Criterion { get; init; }

    /// <summary>The scale of a judge by rubric.</summary>
    public Rubric? Rubric { get; init; }

    /// <summary>The rules of a constitution.</summary>
    public IReadOnlyList<Principle> Principles { get; init; } = [];

    /// <summary>The candidate that pairs are judged against; null for the row's reference.</summary>
    public string? Against { get; init; }

    /// <summary>True to show judges the row's reference.</summary>
    public bool UsesReference { get; init; }

    /// <summary>The fact of the rows with people's verdict, to tell how far a judge agrees; null for none.</summary>
    public string? PeopleFact { get; init; }

    /// <summary>The model that turns texts into vectors.</summary>
    public string? Encoder { get; init; }

    /// <summary>The metric of texts by which consistency is measured.</summary>
    public string? By { get; init; }
}
