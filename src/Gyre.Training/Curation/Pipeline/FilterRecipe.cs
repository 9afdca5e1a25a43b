using Gyre.Evaluation;
using Gyre.Evaluation.Scorers;
using Gyre.Training.Curation.Filtering;
using Gyre.Training.Recipes;

namespace Gyre.Training.Curation.Pipeline;

/// <summary>One filter of a recipe: a rule of its own, or a model or scorer with bounds.</summary>
public sealed record FilterRecipe
{
    private const string Languages = "is";

    /// <summary>The rule; null for a filter by a model or scorer.</summary>
    public IRecordFilter? Rule { get; private init; }

    /// <summary>The model whose perplexity is bounded; empty for other filters.</summary>
    public string Model { get; private init; } = "";

    /// <summary>The scorer whose score is bounded; null for other filters.</summary>
    public IScorer? Scorer { get; private init; }

    /// <summary>The least number that stays.</summary>
    public double Least { get; private init; }

    /// <summary>The most.</summary>
    public double Most { get; private init; }

    /// <summary>Whether a record without a score goes.</summary>
    public bool DropsUndefined { get; private init; }

    internal static FilterRecipe? Read(RecipeSection section, string folder, int place)
    {
        var kind = section.Text("kind", null);
        FilterRecipe? filter = kind switch
        {
            "length" => Length(section),
            "repetition" => new FilterRecipe { Rule = new RepetitionFilter { LeastWords = section.Integer("from-words", 50, 1, 1_000_000) } },
            "quality" => new FilterRecipe { Rule = new QualityFilter { LeastWords = section.Integer("from-words", 50, 1, 1_000_000), MostSymbols = section.Number("symbols", 0.1, 0, 10), NeedsStopWords = section.Flag("stop-words", false) } },
            "language" => Language(section, folder),
            "pattern" => Pattern(section, place),
            "perplexity" => new FilterRecipe { Model = section.Text("model", null), Least = section.Number("least", 1, 1, 1e12), Most = section.Number("most", 1e12, 1, 1e12) is var most and < 1e12 ? most : double.PositiveInfinity },
            "score" => Score(section),
            _ => null,
        };
        if (filter is null && kind.Length > 0)
        {
            section.Fault("kind", $"'{kind}' is not known; expected length, repetition, quality, language, pattern, perplexity or score.");
        }
        else
        {
            section.Finish();
        }

        return filter;
    }

    private static FilterRecipe Length(RecipeSection section)
    {
        var words = section.Section("words");
        var characters = section.Section("characters");
        var filter = new LengthFilter
        {
            Role = section.Text("role", ""),
            LeastWords = words.Integer("least", 0, 0, int.MaxValue),
            MostWords = words.Integer("most", int.MaxValue, 1, int.MaxValue),
            LeastCharacters = characters.Integer("least", 1, 0, int.MaxValue),
            MostCharacters = characters.Integer("most", int.MaxValue, 1, int.MaxValue),
        };
        if (filter.LeastWords > filter.MostWords || filter.LeastCharacters > filter.MostCharacters)
        {
            section.Fault("kind", "allows no length: a 'least' is above its 'most'.");
        }

        words.Finish();
        characters.Finish();
        return new FilterRecipe { Rule = filter };
    }

    private static FilterRecipe? Language(RecipeSection section, string folder)
    {
        var wanted = section.Texts(Languages);
        if (wanted.Count == 0)
        {
            section.Fault(Languages, "is missing; expected a list of codes, for example [en].");
        }

        var texts = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var sample in section.Sections("learn"))
        {
            var (code, path) = (sample.Text("language", null), sample.Text("file", null));
            sample.Finish();
            try
            {
                if (path.Length > 0)
                {
                    texts[code] = File.ReadAllText(Path.GetFullPath(path, folder));
                }
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException)
            {
                section.Fault("learn", $"'{path}' cannot be read: {error.Message}");
            }
        }

        var least = section.Number("probability", 0.6, 0, 1);
        var dropsUnknown = section.Choice("unknown", false, ("keep", false), ("drop", true));
        try
        {
            return new FilterRecipe { Rule = new LanguageFilter(texts.Count == 0 ? LanguageIdentifier.Default : LanguageIdentifier.Default.With(texts), wanted, least, dropsUnknown) };
        }
        catch (ArgumentException)
        {
            section.Fault("learn", "has a text with fewer than 500 letters; expected at least that many a language.");
            return null;
        }
    }

    private static FilterRecipe? Pattern(RecipeSection section, int place)
    {
        var name = section.Text("name", $"{place + 1}");
        var drops = section.Has("drop");
        var keeps = section.Has("keep");
        if (drops == keeps)
        {
            section.Fault("drop", "needs exactly one of 'drop' (what matches goes) and 'keep' (what does not match goes).");
        }

        var pattern = section.Text(drops ? "drop" : "keep", "");
        var role = section.Text("role", "");
        try
        {
            return new FilterRecipe { Rule = new PatternFilter(name, PatternFilter.Compile(pattern), drops, role) };
        }
        catch (ArgumentException error)
        {
            section.Fault(drops ? "drop" : "keep", $"is no regular expression: {error.Message}");
            return null;
        }
    }

    private static FilterRecipe? Score(RecipeSection section)
    {
        var name = section.Text("scorer", null);
        var scorer = name.Length == 0 ? null : ScorerCatalogue.Find(name);
        if (scorer is null && name.Length > 0)
        {
            section.Fault("scorer", $"'{name}' is not known; expected {string.Join(", ", ScorerCatalogue.Names.Take(10))} or a metric of texts.");
        }

        var filter = new FilterRecipe
        {
            Scorer = scorer,
            Least = section.Number("least", double.MinValue, double.MinValue, double.MaxValue),
            Most = section.Number("most", double.MaxValue, double.MinValue, double.MaxValue) is var most and < double.MaxValue ? most : double.PositiveInfinity,
            DropsUndefined = section.Choice("undefined", true, ("drop", true), ("keep", false)),
        };
        return scorer is null ? null : filter;
    }
}
