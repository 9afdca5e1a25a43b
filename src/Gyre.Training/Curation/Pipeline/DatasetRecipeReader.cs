using System.Text.RegularExpressions;
using Gyre.Training.Curation.Balancing;
using Gyre.Training.Curation.Cleaning;
using Gyre.Training.Curation.Decontamination;
using Gyre.Training.Curation.Deduplication;
using Gyre.Training.Curation.Filtering;
using Gyre.Training.Curation.Import;
using Gyre.Training.Curation.Records;
using Gyre.Training.Curation.Synthesis;
using Gyre.Training.Recipes;

namespace Gyre.Training.Curation.Pipeline;

/// <summary>Reads the sections of a dataset's recipe.</summary>
internal static class DatasetRecipeReader
{
    private const string Kind = "dataset";

    public static DatasetRecipe Read(RecipeSection top, string folder, string text)
    {
        RecipeFile.RequireKind(top, Kind);
        var name = top.Text("name", null);
        if (name.Any(character => !(char.IsAsciiLetterOrDigit(character) || character is '-' or '_' or '.')))
        {
            top.Fault("name", $"'{name}' holds other characters than letters, digits, '-', '_' and '.'.");
        }

        var summary = top.Text("summary", "");
        var seed = (ulong)top.Whole("seed", 1, 0, long.MaxValue);
        var threads = top.Integer("threads", 0, 0, 1024);
        var licences = top.Section("licences");
        var allowsUnknown = licences.Choice("unknown", false, ("refuse", false), ("allow", true));
        var allowed = licences.Texts("only");
        licences.Finish();
        var sources = Sources(top, folder);
        var synthesis = Synthesis(top, sources, seed, allowsUnknown);
        if (sources.Count == 0)
        {
            top.Fault("sources", "is missing or empty; expected a list of sources, each with a name and 'files' or 'dataset'.");
        }

        var dropsFaulty = top.Choice("faulty", false, ("fail", false), ("drop", true));
        var filters = new List<FilterRecipe>();
        foreach (var section in top.Sections("filters"))
        {
            if (FilterRecipe.Read(section, folder, filters.Count) is { } filter)
            {
                filters.Add(filter);
            }
        }

        var recipe = new DatasetRecipe
        {
            Name = name,
            Summary = summary,
            Seed = seed,
            Threads = threads,
            Sources = sources,
            Synthesis = synthesis,
            AllowsUnknownLicence = allowsUnknown,
            Licences = allowed,
            DropsFaulty = dropsFaulty,
            Screen = Screen(top.Section("screen")),
            Clean = Clean(top.Section("clean")),
            Filters = filters,
            Decontaminate = Decontaminate(top.Section("decontaminate"), folder),
            Deduplicate = Deduplicate(top.Section("deduplicate"), seed),
            Resample = Resample(top),
            Split = Split(top.Section("split")),
            Shuffles = top.Choice("order", false, ("kept", false), ("shuffled", true)),
            Source = text,
            Settings = [],
        };
        top.Finish();
        return recipe;
    }

    private static List<CurationSource> Sources(RecipeSection top, string folder)
    {
        var sources = new List<CurationSource>();
        foreach (var section in top.Sections("sources"))
        {
            var source = Source(section, folder, new RecordColumns());
            section.Finish();
            if (sources.Any(other => other.Name == source.Name))
            {
                section.Fault("name", $"'{source.Name}' names two sources; expected different names.");
            }

            sources.Add(source);
        }

        return sources;
    }

    /// <summary>A source; the caller finishes the section.</summary>
    private static CurationSource Source(RecipeSection section, string folder, RecordColumns usual)
    {
        var columns = section.Section("columns");
        var fields = section.Section("fields");
        var files = section.Texts("files");
        var dataset = section.Text("dataset", "");
        if (files.Count == 0 == (dataset.Length == 0))
        {
            section.Fault("files", "needs exactly one of 'files' (paths, folders or patterns) and 'dataset' (a version in the registry, name@3).");
        }

        var source = new CurationSource
        {
            Name = section.Text("name", null),
            Files = [.. files.Where(file => file.Length > 0).Select(file => Path.GetFullPath(file, folder))],
            Dataset = dataset,
            Format = section.Choice("format", SourceFormat.ByEnding, ("ending", SourceFormat.ByEnding), ("jsonl", SourceFormat.JsonLines), ("csv", SourceFormat.Csv), ("tsv", SourceFormat.Tsv), ("text", SourceFormat.Text)),
            Unit = section.Choice("unit", TextUnit.File, ("file", TextUnit.File), ("line", TextUnit.Line), ("paragraph", TextUnit.Paragraph)),
            Licence = section.Text("licence", "").Trim(),
            Most = section.Whole("most", long.MaxValue, 1, long.MaxValue),
            Columns = new RecordColumns
            {
                Messages = columns.Text("messages", usual.Messages),
                Prompt = columns.Text("prompt", usual.Prompt),
                Completion = columns.Text("completion", usual.Completion),
                Chosen = columns.Text("chosen", usual.Chosen),
                Rejected = columns.Text("rejected", usual.Rejected),
                Text = columns.Text("text", usual.Text),
                Licence = columns.Text("licence", ""),
                KeepsOthers = section.Choice("others", true, ("keep", true), ("leave", false)),
                Fields = fields.Names.ToDictionary(name => name, name => fields.Text(name, ""), StringComparer.Ordinal),
            },
        };
        columns.Finish();
        fields.Finish();
        return source;
    }

    private static List<SynthesisOptions> Synthesis(RecipeSection top, List<CurationSource> sources, ulong seed, bool allowsUnknown)
    {
        var all = new List<SynthesisOptions>();
        foreach (var section in top.Sections("synthesis"))
        {
            var (prompts, answers) = (section.Section("prompt-words"), section.Section("answer-words"));
            var options = new SynthesisOptions
            {
                Name = section.Text("name", null),
                Method = section.Choice("method", SynthesisMethod.Instructions, ("instructions", SynthesisMethod.Instructions), ("paraphrase", SynthesisMethod.Paraphrase), ("questions", SynthesisMethod.Questions), ("answers", SynthesisMethod.Answers)),
                Model = section.Text("model", null),
                Seeds = section.Texts("seeds"),
                Count = section.Integer("count", 100, 1, 1_000_000),
                Licence = section.Text("licence", "").Trim(),
                Shots = section.Integer("shots", 4, 1, 20),
                Attempts = section.Integer("attempts", 3, 1, 20),
                MostFailuresInARow = section.Integer("failures", 20, 1, 100_000),
                MostSimilarity = section.Number("similarity", 0.7, 0, 1),
                Temperature = section.Number("temperature", 0.8, 0, 4),
                MostTokens = section.Integer("tokens", 400, 1, 100_000),
                LeastWords = (prompts.Integer("least", 3, 1, 100_000), answers.Integer("least", 1, 1, 100_000)),
                MostWords = (prompts.Integer("most", 150, 1, 100_000), answers.Integer("most", 600, 1, 100_000)),
                Check = section.Choice("check", SynthesisCheck.None, ("none", SynthesisCheck.None), ("round-trip", SynthesisCheck.RoundTrip), ("judge", SynthesisCheck.Judge)),
                Judge = section.Text("judge", ""),
                LeastAgreement = section.Number("agreement", 0.5, 0, 1),
                Seed = seed,
            };
            foreach (var part in new[] { prompts, answers, section })
            {
                part.Finish();
            }

            if (options.Seeds.Count == 0 || options.Seeds.Any(name => sources.All(source => source.Name != name)))
            {
                section.Fault("seeds", $"names {(options.Seeds.Count == 0 ? "no source" : $"'{options.Seeds.First(name => sources.All(source => source.Name != name))}', which is no source")}; expected some of {string.Join(", ", sources.Select(source => source.Name))}.");
            }

            if (options.Licence.Length == 0 && !allowsUnknown)
            {
                section.Fault("licence", "is missing; expected under what licence the model's output and what is made of the seeds may be used, or 'licences: {unknown: allow}'.");
            }

            if (sources.Any(source => source.Name == options.Name) || all.Any(other => other.Name == options.Name))
            {
                section.Fault("name", $"'{options.Name}' is the name of another source; expected a different one.");
            }

            all.Add(options);
        }

        return all;
    }

    private static ScreenRecipe? Screen(RecipeSection section)
    {
        var recipe = new ScreenRecipe(section.Choice("action", false, ("flag", false), ("drop", true)), section.Texts("roles"), section.Texts("pass"));
        section.Finish();
        return section.IsPresent ? recipe : null;
    }

    private static CleaningOptions? Clean(RecipeSection section)
    {
        var lines = new List<Regex>();
        foreach (var line in section.Texts("lines"))
        {
            try
            {
                lines.Add(PatternFilter.Compile(line));
            }
            catch (ArgumentException error)
            {
                section.Fault("lines", $"'{line}' is no regular expression: {error.Message}");
            }
        }

        var options = new CleaningOptions
        {
            Composes = section.Flag("unicode", true),
            RemovesInvisible = section.Flag("invisible", true),
            MendsEncoding = section.Flag("encoding", true),
            RemovesHtml = section.Flag("html", true),
            TidiesSpaces = section.Flag("spaces", true),
            RemovesBoilerplate = section.Flag("boilerplate", true),
            BoilerplateLines = lines,
        };
        section.Finish();
        return section.IsPresent ? options : null;
    }

    private static DecontaminationRecipe? Decontaminate(RecipeSection section, string folder)
    {
        var words = section.Integer("words", 13, 5, 50);
        var options = new DecontaminationOptions
        {
            RunWords = words,
            LeastWords = section.Integer("least", Math.Min(8, words), 3, words),
            CommonItems = section.Integer("common", 10, 1, int.MaxValue),
            NearThreshold = section.Number("near", 0.7, 0.3, 1),
        };
        var drops = section.Choice("action", true, ("flag", false), ("drop", true));
        var sets = new List<EvaluationSetRecipe>();
        foreach (var set in section.Sections("sets"))
        {
            var question = set.Text("question", "question");
            var more = set.Texts("more");

            // Whatever else the columns are called, an item is its question.
            var source = Source(set, folder, new RecordColumns { Messages = "\0", Prompt = "\0", Completion = "\0", Chosen = "\0", Rejected = "\0", Text = question });
            sets.Add(new EvaluationSetRecipe(source with { Columns = source.Columns with { Fields = more.ToDictionary(column => column, column => column, StringComparer.Ordinal) } }, more));
            set.Finish();
        }

        if (section.IsPresent && sets.Count == 0)
        {
            section.Fault("sets", "is missing or empty; expected a list of evaluation sets, each with a name, 'files' and 'question'.");
        }

        section.Finish();
        return section.IsPresent ? new DecontaminationRecipe(options, drops, sets) : null;
    }

    private static DeduplicationOptions? Deduplicate(RecipeSection section, ulong seed)
    {
        var options = new DeduplicationOptions
        {
            IsExact = section.Flag("exact", true),
            IsNear = section.Flag("near", true),
            Threshold = section.Number("threshold", 0.8, 0.3, 1),
            ShingleWords = section.Integer("words", 5, 1, 32),
            Hashes = section.Integer("hashes", 128, 16, 1024),
            Recall = section.Number("recall", 0.99, 0.5, 0.9999),
            Keep = section.Choice("keep", KeepRule.First, ("first", KeepRule.First), ("longest", KeepRule.Longest), ("best", KeepRule.Best)),
            BestField = section.Text("field", ""),
            Roles = section.Texts("roles"),
            Seed = seed,
        };
        if (options.Keep == KeepRule.Best && options.BestField.Length == 0)
        {
            section.Fault("field", "is missing; 'keep: best' needs the field with the number that decides.");
        }

        section.Finish();
        return section.IsPresent ? options : null;
    }

    private static ResampleOptions? Resample(RecipeSection top)
    {
        var (balance, mixture) = (top.Section("balance"), top.Section("mixture"));
        if (balance.IsPresent && mixture.IsPresent)
        {
            top.Fault("mixture", "stands beside 'balance'; expected one of them: both say how many records of each group there are.");
        }

        var options = mixture.IsPresent
            ? new ResampleOptions { By = "source", Epochs = mixture.Numbers("epochs", 0, 1000), Weights = mixture.Numbers("weights", 0, 1e9), Temperature = mixture.Number("temperature", 0, 0, 1e6), Records = mixture.Whole("records", 0, 0, 1L << 31), OtherWeight = mixture.Number("others", 1, 0, 1e9), Repeats = mixture.Flag("repeat", false) }
            : new ResampleOptions { By = balance.Text("by", balance.IsPresent ? null : "source"), Weights = balance.Numbers("weights", 0, 1e9), Records = balance.Whole("records", 0, 0, 1L << 31), OtherWeight = balance.Number("others", 1, 0, 1e9), Repeats = balance.Flag("repeat", false) };
        if (options.Epochs.Count > 0 && (options.Weights.Count > 0 || options.Temperature > 0 || options.Records > 0))
        {
            mixture.Fault("epochs", "stands beside weights, a temperature or a number of records; expected one way of saying how much of each source there is.");
        }

        if (options.Temperature > 0 && options.Weights.Count > 0)
        {
            mixture.Fault("temperature", "stands beside weights; expected one of them.");
        }

        balance.Finish();
        mixture.Finish();
        return balance.IsPresent || mixture.IsPresent ? options : null;
    }

    private static SplitRecipe? Split(RecipeSection section)
    {
        var shares = section.Numbers("into", 0, 1e9);
        var by = section.Texts("by");
        if (section.IsPresent && (shares.Count is 0 or > 100 || shares.Values.Any(share => share <= 0)))
        {
            section.Fault("into", "needs 1 to 100 splits with shares above 0, for example {train: 0.9, test: 0.1}.");
        }

        section.Finish();
        return section.IsPresent && shares.Count > 0 ? new SplitRecipe(shares, by) : null;
    }
}
