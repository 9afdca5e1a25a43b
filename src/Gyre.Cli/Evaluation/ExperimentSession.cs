using Gyre.Contracts;
using Gyre.Evaluation;
using Gyre.Evaluation.Datasets;
using Gyre.Evaluation.Experiments;
using Gyre.Evaluation.Recipes;
using Gyre.Evaluation.Replies;
using Gyre.Models;
using Gyre.Models.Generation;
using Gyre.Training.Corpus;

namespace Gyre.Cli.Evaluation;

/// <summary>What a recipe names, made real: the rows, the loaded models, the folder with the replies of earlier runs.</summary>
internal sealed class ExperimentSession : IAsyncDisposable
{
    private readonly CliModels _models;
    private readonly Dictionary<string, LanguageModel> _loaded = new(StringComparer.Ordinal);
    private readonly List<IDisposable> _clients = [];
    private ReplyCache? _replies;

    private ExperimentSession(string dataFolder) => _models = new CliModels(dataFolder);

    /// <summary>What is run.</summary>
    public ExperimentPlan Plan { get; private set; } = null!; // Set by OpenAsync before anyone sees the session.

    /// <summary>The shop's rows, when the recipe measures on them.</summary>
    public IReadOnlyList<DatasetRow>? ShopRows { get; private set; }

    /// <summary>Digests of the models' weights, by the reference under which the recipe names them.</summary>
    public IReadOnlyDictionary<string, string> ModelDigests => _loaded.ToDictionary(pair => pair.Key, pair => pair.Value.Digest, StringComparer.Ordinal);

    /// <summary>Reads rows and loads models.</summary>
    /// <param name="recipe">What is measured.</param>
    /// <param name="folder">Where replies and rows are kept; null to keep nothing.</param>
    /// <param name="dataFolder">Where installed models are.</param>
    /// <param name="cancellationToken">Ends the loading.</param>
    public static async Task<ExperimentSession> OpenAsync(EvaluationRecipe recipe, string? folder, string dataFolder, CancellationToken cancellationToken)
    {
        var session = new ExperimentSession(dataFolder);
        try
        {
            var (dataset, examples) = session.ReadRows(recipe);
            var candidates = new List<ICandidate>();
            foreach (var candidate in recipe.Candidates)
            {
                candidates.Add(await session.LoadAsync(candidate, examples, cancellationToken));
            }

            session._replies = folder is null ? null : ReplyCache.Open(Path.Combine(folder, "replies.jsonl"));
            session.Plan = recipe.ToPlan(dataset, candidates, session._replies, folder is null ? null : Path.Combine(folder, "rows.jsonl"));
            return session;
        }
        catch
        {
            await session.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        _replies?.Dispose();
        foreach (var client in _clients)
        {
            client.Dispose();
        }

        foreach (var model in _loaded.Values)
        {
            await model.DisposeAsync();
        }

        _models.Dispose();
    }

    private (IDataset Dataset, IReadOnlyList<DatasetRow> Examples) ReadRows(EvaluationRecipe recipe)
    {
        var wanted = recipe.Candidates.Max(candidate => candidate.Examples);
        switch (recipe.Dataset)
        {
            case ShopDatasetRecipe shop:
                var corpus = new ShopCorpus(shop.Seed);
                ShopRows = corpus.HeldOut(shop.Counts);

                // Further rows of the same tasks, which are not measured on.
                var asked = ShopRows.Select(row => row.Id).ToHashSet(StringComparer.Ordinal);
                IReadOnlyList<DatasetRow> examples = wanted == 0 ? [] : [.. corpus.HeldOut(shop.Counts.ToDictionary(count => count.Key, count => count.Value + wanted, StringComparer.Ordinal)).Where(row => !asked.Contains(row.Id))];
                return (new RowDataset("shop", ShopRows, $"the sample shop's held-out rows, seed {shop.Seed}"), examples);
            case FileDatasetRecipe { Examples: { } path } file:
                return (DatasetFile.Open(file.Path, file.Columns), [.. DatasetFile.Open(path, file.Columns).Read()]);
            case FileDatasetRecipe file:
                return wanted == 0
                    ? (DatasetFile.Open(file.Path, file.Columns), [])
                    : throw new EvaluationException("EVA0003", "Reading an evaluation recipe failed: a candidate wants examples, and 'dataset.examples' names no file that has them. Name a file with rows that are not measured on.");
            default:
                throw new InvalidOperationException($"Read the rows of '{recipe.Name}': found a dataset of the kind {recipe.Dataset.GetType().Name}, which this command does not know.");
        }
    }

    private async Task<ICandidate> LoadAsync(CandidateRecipe recipe, IReadOnlyList<DatasetRow> examples, CancellationToken cancellationToken)
    {
        if (!_loaded.TryGetValue(recipe.Model, out var model))
        {
            _loaded[recipe.Model] = model = await _models.LoadAsync(recipe.Model, cancellationToken);
        }

        var digest = model.Digest;
        var used = model;
        if (recipe.Adapter is { } reference)
        {
            var name = await _models.LoadAdapterAsync(model, reference, cancellationToken);
            used = model.WithAdapter(name);
            digest = ReplyKey.Of(digest, CliModels.AdapterDigest(_models.AdapterOf(reference).Path)).ToString();
        }

        var client = new LanguageModelChatClient(used);
        _clients.Add(client);
        var shown = examples.GroupBy(row => row.Task, StringComparer.Ordinal).SelectMany(task => task.Take(recipe.Examples)).ToArray();
        return new ChatCandidate(recipe.Name, digest, client, recipe.ToOptions() with { Examples = shown }, TimeProvider.System);
    }
}
