using System.Security.Cryptography;
using Gyre.Cli.Evaluation;
using Gyre.Contracts;
using Gyre.Evaluation.Experiments;
using Gyre.Evaluation.Recipes;
using Gyre.Evaluation.Reports;
using Gyre.Evaluation.Selection;
using Gyre.Models;
using Gyre.Models.Catalog;
using Gyre.Models.Measurement;
using Gyre.Tensors.Quantization;

namespace Gyre.Cli.Selection;

/// <summary>Gathers what a choice goes by: runs experiments, reads stored results, looks at the models' files.</summary>
internal sealed class SelectionSession(SelectionRecipe recipe, string? folder, string dataFolder, Terminal terminal)
{
    private readonly Dictionary<string, string> _digests = new(StringComparer.Ordinal);

    public async Task<SelectionResult> RunAsync(CancellationToken cancellationToken)
    {
        var evidence = new SelectionEvidence(recipe);

        // What can fail quickly comes before what takes long.
        foreach (var source in recipe.Evidence.Where(source => source.Recipe is null))
        {
            Read(source, evidence);
        }

        var experiments = recipe.Evidence.Where(source => source.Recipe is not null).Select(source => (source.Name, Recipe: EvaluationRecipe.Load(source.Recipe!))).ToArray(); // Filtered just before.
        var facts = recipe.Candidates.ToDictionary(candidate => candidate.Name, Look, StringComparer.Ordinal);
        foreach (var (name, experiment) in experiments)
        {
            await MeasureAsync(name, experiment, evidence, cancellationToken);
        }

        return ModelSelection.Decide(recipe, evidence, facts.ToDictionary(
            fact => fact.Key,
            fact => fact.Value with { Digest = _digests.GetValueOrDefault(recipe.Candidates.First(candidate => candidate.Name == fact.Key).Model) },
            StringComparer.Ordinal));
    }

    private static void Read(SelectionEvidenceRecipe source, SelectionEvidence evidence)
    {
        if (source.Result is { } result)
        {
            var path = Directory.Exists(result) ? Path.Combine(result, ReportFolder.ResultName) : result;
            evidence.AddExperiment(source.Name, ResultFile.Load(path), path, Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path))));
        }
        else if (source.Review is not null)
        {
            evidence.AddReview(source.Name);
        }
        else
        {
            evidence.AddBenchmarks(source.Name);
        }
    }

    /// <summary>Runs an evaluation recipe with the candidates in place of its own.</summary>
    private async Task MeasureAsync(string name, EvaluationRecipe experiment, SelectionEvidence evidence, CancellationToken cancellationToken)
    {
        var place = folder is null ? null : Path.Combine(folder, FolderOf(name));
        var asked = experiment with { Candidates = [.. recipe.Candidates.Select(candidate => candidate.Recipe)], Baseline = null };
        await using var session = await ExperimentSession.OpenAsync(asked, place, dataFolder, traces: null, cancellationToken);
        foreach (var (model, digest) in session.ModelDigests)
        {
            _digests[model] = digest;
        }

        var result = await ExperimentView.RunAsync(session.Plan, terminal, cancellationToken);
        await ExperimentView.WriteReportsAsync(place, result, terminal, cancellationToken);
        using var bytes = new MemoryStream();
        ResultFile.Write(bytes, result);
        var digestOfResult = Convert.ToHexStringLower(SHA256.HashData(bytes.ToArray()));
        evidence.AddExperiment(name, result, place is null ? recipe.Evidence.First(source => source.Name == name).Recipe! : Path.Combine(FolderOf(name), ReportFolder.ResultName), digestOfResult); // It has one, see above.
    }

    /// <summary>A folder for an experiment's files: its name when that is a file's name anywhere, else its place in the recipe.</summary>
    private string FolderOf(string name) => name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_')
        ? name
        : $"evidence-{recipe.Evidence.Index().First(pair => pair.Item.Name == name).Index + 1}";

    /// <summary>Memory and context as the model's files say, or as the recipe does where they cannot.</summary>
    private CandidateFacts Look(SelectionCandidate candidate)
    {
        try
        {
            using var models = new CliModels(dataFolder);
            var files = models.Resolve(models.FindAlias(candidate.Model)?.Model ?? candidate.Model);
            var configuration = ModelLoader.ReadConfiguration(files);
            var estimate = new MemoryEstimate(configuration, files.WeightBytes);
            var tokens = Math.Min(recipe.Serving.ContextTokens, configuration.ContextLength);
            var cache = estimate.CacheBytes(tokens, FormatOf(recipe.Serving.Cache)) * recipe.Serving.Parallel;
            var note = string.Create(
                System.Globalization.CultureInfo.InvariantCulture,
                $"estimate: weights {Mib(estimate.WeightBytes):0.0} MiB, keys and values {Mib(cache):0.0} MiB for {recipe.Serving.Parallel} × {tokens} tokens as {recipe.Serving.Cache}{(candidate.Recipe.Adapter is null ? "" : "; without its adapter")}");
            return new CandidateFacts(Mib(estimate.WeightBytes + cache), note, configuration.ContextLength, "read from the model's files");
        }
        catch (GyreException error)
        {
            var cause = $"{error.Code}: {error.Message}";
            return new CandidateFacts(
                candidate.StatedMemoryMib,
                candidate.StatedMemoryMib is null ? $"it cannot be estimated ({cause})" : "as the recipe states",
                candidate.StatedContextTokens,
                candidate.StatedContextTokens is null ? $"it cannot be read ({cause})" : "as the recipe states");
        }
    }

    private static double Mib(long bytes) => bytes / 1048576.0;

    private static KeyValueFormat FormatOf(string cache) => cache switch { "f16" => KeyValueFormat.F16, "int8" => KeyValueFormat.Int8, _ => KeyValueFormat.F32 };
}
