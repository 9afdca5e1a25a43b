using Gyre.Contracts;
using Gyre.Evaluation.Judges;
using Gyre.Evaluation.Metrics;
using Gyre.Evaluation.Metrics.Labels;
using Gyre.Evaluation.Metrics.Trajectories;
using Gyre.Evaluation.Metrics.Vectors;
using Gyre.Evaluation.Scorers;

namespace Gyre.Evaluation.Recipes;

/// <summary>Reads the measurements of an evaluation recipe.</summary>
internal static class MetricRecipeReader
{
    private const double Most = 1e9;
    private const int MostNamed = 5;
    private const double LeastEffect = 1e-9;
    private const int MostLayers = 1000;
    private static readonly string[] Units = ["token", "word", "byte"];

    public static List<MetricRecipe> Read(RecipeMapping root)
    {
        var metrics = new List<MetricRecipe>();
        foreach (var item in root.List("metrics"))
        {
            metrics.Add(One(item));
            item.Finish();
        }

        return metrics;
    }

    private static MetricRecipe One(RecipeMapping item)
    {
        var scorer = item.Text("scorer");
        var known = ScorerCatalogue.Find(scorer);
        var hasSettings = known is null && ScorerSources.KindNames.Contains(scorer);
        if (scorer.Length > 0 && known is null && !hasSettings)
        {
            item.Fault("scorer", $"'{scorer}' is unknown; expected a scorer such as {string.Join(", ", Nearest(scorer))}; 'gyre eval --scorers' lists all.");
        }

        var settings = hasSettings ? Settings(item, scorer) : null;
        var (least, greatest) = (Math.Max(known?.Form.Least ?? (hasSettings ? -Most : 0), -Most), Math.Min(known?.Form.Greatest ?? (hasSettings ? Most : 1), Most));
        return new MetricRecipe(
            item.Has("task") ? item.Text("task") : null,
            scorer,
            item.Has("threshold") ? item.Number("threshold", least, greatest, least) : null,
            item.Has("tolerance") ? item.Number("tolerance", 0, greatest - least, 0) : null)
        {
            Effect = item.Has("effect") ? item.Number("effect", LeastEffect, greatest - least, LeastEffect) : null,
            Name = item.Has("name") ? item.Text("name") : null,
            Settings = settings,
        };
    }

    private static IEnumerable<string> Nearest(string name) =>
        ScorerCatalogue.Names.Concat(ScorerSources.KindNames).OrderBy(known => SpellingDistance.Between(name, known)).ThenBy(known => known, StringComparer.Ordinal).Take(MostNamed);

    private static ScorerSettings Settings(RecipeMapping item, string kind)
    {
        switch (kind)
        {
            case "consistency":
                return new ScorerSettings { By = Consistency(item) };
            case "embedding-similarity":
                return new ScorerSettings { Encoder = item.Text("encoder") };
            case "bertscore":
                return new ScorerSettings { Encoder = item.Text("encoder"), Part = item.Choice("part", BertScorePart.F1), Layer = item.Has("layer") ? (int)item.Number("layer", 1, MostLayers, 1, whole: true) : null };
            case "perplexity":
                return new ScorerSettings { Model = item.Text("model"), Unit = Unit(item) };
            case "labels":
                return Labels(item);
            case "trajectory":
                return Trajectory(item);
            case "meteor":
                return new ScorerSettings { WordNet = item.Text("wordnet") };
            case "autorater":
                return new ScorerSettings { File = item.Text("file"), Judges = item.Has("judge") ? [item.Text("judge")] : [] };
        }

        var settings = Judged(item);
        return kind switch
        {
            "criterion" => settings with { Criterion = Criterion(item), UsesReference = item.Flag("reference"), PeopleFact = People(item) },
            "rubric" => settings with { Rubric = Rubric(item), UsesReference = item.Flag("reference"), PeopleFact = People(item) },
            "constitution" => settings with { Principles = Principles(item) },
            "pairwise" => settings with { Against = Against(item), UsesReference = item.Flag("reference") },
            "answer-relevancy" => settings with { Encoder = item.Text("encoder") },
            _ => settings,
        };
    }

    private static string Unit(RecipeMapping item)
    {
        var unit = item.Text("unit", Units[0]);
        if (!Units.Contains(unit))
        {
            item.Fault("unit", $"'{unit}' is unknown; expected one of {string.Join(", ", Units)}.");
        }

        return unit;
    }

    private static ScorerSettings Labels(RecipeMapping item)
    {
        var (measure, labels) = (item.Text("measure"), item.Texts("labels"));
        if (labels.Count < 2)
        {
            item.Fault("labels", $"has {labels.Count} classes; expected two or more.");
            return new ScorerSettings { Measure = measure, Labels = labels };
        }

        try
        {
            if (measure.Length > 0 && LabelMetricCatalogue.Find(measure, new LabelSet(labels)) is null)
            {
                item.Fault("measure", $"'{measure}' is unknown; expected one of {string.Join(", ", LabelMetricCatalogue.Names)}, or of one class as f1-class-{labels[0]}.");
            }
        }
        catch (ArgumentException error)
        {
            item.Fault("labels", error.Message.ReplaceLineEndings(" "));
        }

        return new ScorerSettings { Measure = measure, Labels = labels };
    }

    private static ScorerSettings Trajectory(RecipeMapping item)
    {
        var measure = item.Text("measure");
        if (measure.Length > 0 && !TrajectoryScorer.Measures.Contains(measure))
        {
            item.Fault("measure", $"'{measure}' is unknown; expected one of {string.Join(", ", TrajectoryScorer.Measures)}.");
        }

        var forbidden = item.Texts("forbidden");
        if (measure == "forbidden-absent" && forbidden.Count == 0)
        {
            item.Fault("forbidden", "is missing; expected the names of tools that must not be called.");
        }

        return new ScorerSettings
        {
            Measure = measure,
            Forbidden = forbidden,
            Arguments = new ArgumentComparison
            {
                NamesOnly = item.Flag("names_only"),
                AllowsMoreKeys = item.Flag("more_keys"),
                IgnoresCase = item.Flag("ignore_case"),
                IgnoredKeys = item.Texts("ignored_keys").ToHashSet(StringComparer.Ordinal),
            },
        };
    }

    private static ScorerSettings Judged(RecipeMapping item)
    {
        if (!item.Has("jury"))
        {
            return new ScorerSettings { Judges = [item.Text("judge")] };
        }

        if (item.Has("judge"))
        {
            item.Fault("jury", "stands beside 'judge'; expected one of them.");
        }

        var members = item.Texts("jury");
        if (members.Count < 2)
        {
            item.Fault("jury", $"has {members.Count} members; expected two or more.");
        }

        return new ScorerSettings { Judges = members, Rule = item.Choice("rule", JuryRule.Majority) };
    }

    private static Criterion? Criterion(RecipeMapping item)
    {
        var name = item.Text("criterion");
        if (item.Has("question"))
        {
            return new Criterion(name, item.Text("question"), item.Choice("direction", ScoreDirection.HigherIsBetter));
        }

        var known = Criteria.Find(name);
        if (known is null && name.Length > 0)
        {
            item.Fault("criterion", $"'{name}' is unknown; expected one of {string.Join(", ", Criteria.Names)}, or a 'question' beside it.");
        }

        return known;
    }

    private static Rubric? Rubric(RecipeMapping item)
    {
        if (!item.Has("rubric") || item.IsText("rubric"))
        {
            if (item.Text("rubric", Judges.Rubric.Quality.Name) is { Length: > 0 } name && name != Judges.Rubric.Quality.Name)
            {
                item.Fault("rubric", $"'{name}' is unknown; expected {Judges.Rubric.Quality.Name}, or a mapping with name, question and levels.");
            }

            return Judges.Rubric.Quality;
        }

        var rubric = item.Mapping("rubric");
        try
        {
            return new Rubric(rubric.Text("name"), rubric.Text("question"), rubric.Texts("levels"));
        }
        catch (ArgumentException error)
        {
            item.Fault("rubric", error.Message.ReplaceLineEndings(" "));
            return null;
        }
        finally
        {
            rubric.Finish();
        }
    }

    private static List<Principle> Principles(RecipeMapping item)
    {
        var principles = new List<Principle>();
        foreach (var principle in item.List("principles"))
        {
            principles.Add(new Principle(principle.Text("name"), principle.Text("rule")));
            principle.Finish();
        }

        foreach (var (name, count) in principles.CountBy(principle => principle.Name).Where(pair => pair.Value > 1))
        {
            item.Fault("principles", $"{count} are called '{name}'; expected different names.");
        }

        return principles;
    }

    private static string? Against(RecipeMapping item) => item.Text("against", "reference") is var name && name == "reference" ? null : name;

    private static string? People(RecipeMapping item) => item.Has("people") ? item.Text("people") : null;

    private static string Consistency(RecipeMapping item)
    {
        var name = item.Text("by", "exact-match-verbatim");
        try
        {
            if (MetricCatalogue.Find(name) is { } metric)
            {
                _ = new ConsistencyScorer(metric);
            }
            else
            {
                item.Fault("by", $"'{name}' is no metric of texts; expected one of {string.Join(", ", MetricCatalogue.Names)}.");
            }
        }
        catch (ArgumentException error)
        {
            item.Fault("by", error.Message.ReplaceLineEndings(" "));
        }

        return name;
    }
}
