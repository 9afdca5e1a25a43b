using Gyre.Evaluation.Judges;
using Gyre.Evaluation.Metrics.Trajectories;
using Gyre.Evaluation.Metrics.Vectors;

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

    /// <summary>The layer whose vectors BERTScore compares; null for the one that is usual for the model.</summary>
    public int? Layer { get; init; }

    /// <summary>Which number of a BERTScore.</summary>
    public BertScorePart Part { get; init; } = BertScorePart.F1;

    /// <summary>The model that says how likely it finds outputs.</summary>
    public string? Model { get; init; }

    /// <summary>The unit of a perplexity: <c>token</c>, <c>word</c> or <c>byte</c>.</summary>
    public string? Unit { get; init; }

    /// <summary>The classes of labels, for measures of all rows together.</summary>
    public IReadOnlyList<string> Labels { get; init; } = [];

    /// <summary>A measure of labels (<c>f1-macro</c>, <c>mcc</c>) or of trajectories (<see cref="Scorers.TrajectoryScorer.Measures"/>).</summary>
    public string? Measure { get; init; }

    /// <summary>Tools that an agent must not call.</summary>
    public IReadOnlyList<string> Forbidden { get; init; } = [];

    /// <summary>When the arguments of two calls are equal.</summary>
    public ArgumentComparison Arguments { get; init; } = ArgumentComparison.Exact;

    /// <summary>The folder of a WordNet distribution, for METEOR's synonyms.</summary>
    public string? WordNet { get; init; }

    /// <summary>The file of a trained autorater.</summary>
    public string? File { get; init; }

    /// <summary>The metric of texts by which consistency is measured.</summary>
    public string? By { get; init; }
}
