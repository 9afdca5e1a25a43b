namespace Gyre.Evaluation.Judges.Trained;

/// <summary>A trained autorater: weights of features, read from and written to a small file.</summary>
/// <remarks>Immutable. <see cref="TrainedAutorater"/> rates with it.</remarks>
public sealed class AutoraterModel
{
    internal AutoraterModel(AutoraterContent content) => Content = content;

    /// <summary>The scorers that it looks at, by name and in order.</summary>
    public IReadOnlyList<string> Scorers => Content.Scorers;

    /// <summary>The least level; 0 for comparisons.</summary>
    public int Least => Content.Least;

    /// <summary>The greatest level; 1 for comparisons.</summary>
    public int Greatest => Content.Least + Math.Max(1, Content.Thresholds.Length);

    /// <summary>True when it was trained on comparisons, and knows no levels.</summary>
    public bool IsOfPairs => Content.Thresholds.Length == 0;

    /// <summary>Where the ratings are from, in the trainer's words.</summary>
    public string Provenance => Content.Provenance;

    /// <summary>Ratings it was trained on.</summary>
    public int Ratings => Content.Ratings;

    /// <summary>What the cross-validation found, in a sentence.</summary>
    public string Finding => Content.Finding;

    /// <summary>False when the cross-validation found it no better than a baseline that looks at no answer.</summary>
    public bool IsBetterThanBaseline => Content.IsBetterThanBaseline;

    internal AutoraterContent Content { get; }

    /// <summary>Reads a file.</summary>
    /// <exception cref="EvaluationException">EVA0102: it cannot be read, or is larger than 16 MiB. EVA0103: it is no autorater.</exception>
    public static AutoraterModel Load(string path) => AutoraterFile.Load(path);

    /// <summary>Writes a file.</summary>
    /// <exception cref="EvaluationException">EVA0105: it cannot be written.</exception>
    public void Save(string path) => AutoraterFile.Save(this, path);

    /// <summary>The weighted sum of an answer's features: more is better.</summary>
    internal double ScoreOf(double[] features) => OrdinalLoss.Dot(Content.Weights, Standardise(features, Content.Means, Content.Scales, Content.Scorers.Length));

    /// <summary>Features about 0 with deviation 1, what is undefined at 0; hashed words stay as they are.</summary>
    internal static double[] Standardise(double[] features, double[] means, double[] scales, int scorers)
    {
        var standard = (double[])features.Clone();
        for (var i = 0; i < means.Length; i++)
        {
            var isMissing = i % 2 == 0 && i < 2 * scorers && features[i + 1] == 1;
            standard[i] = isMissing ? 0 : (features[i] - means[i]) / scales[i];
        }

        return standard;
    }
}
