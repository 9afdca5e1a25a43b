using Gyre.Contracts;
using Gyre.Evaluation.Experiments;
using Gyre.Evaluation.Judges;
using Gyre.Evaluation.Recipes;
using Gyre.Evaluation.Replies;
using Gyre.Evaluation.Reports;
using Gyre.Orchestration.Retrieval;
using Microsoft.Extensions.AI;

namespace Gyre.Cli.Evaluation;

/// <summary>What a recipe names, made real: the rows, the loaded models and judges, the folder with the replies of earlier runs.</summary>
internal sealed class ExperimentSession : IAsyncDisposable
{
    private readonly ExperimentModels _models;
    private readonly ExperimentTraces? _traces;
    private readonly Dictionary<string, KeywordIndex> _indexes = new(StringComparer.Ordinal);
    private readonly ReplyCache? _replies;

    private ExperimentSession(string dataFolder, ReplyCache? replies, ExperimentTraces? traces) => (_models, _replies, _traces) = (new ExperimentModels(dataFolder), replies, traces);

    /// <summary>What is run.</summary>
    public ExperimentPlan Plan { get; private set; } = null!; // Set by OpenAsync before anyone sees the session.

    /// <summary>The shop's rows, when the recipe measures on them.</summary>
    public IReadOnlyList<DatasetRow>? ShopRows { get; private set; }

    /// <summary>Digests of the models' weights, by the reference under which the recipe names them.</summary>
    public IReadOnlyDictionary<string, string> ModelDigests => _models.Digests;

    /// <summary>Reads rows and loads models.</summary>
    /// <param name="recipe">What is measured.</param>
    /// <param name="folder">Where replies and rows are kept; null to keep nothing.</param>
    /// <param name="dataFolder">Where installed models are.</param>
    /// <param name="traces">Records what candidates are asked; null to record nothing. The session disposes it.</param>
    /// <param name="cancellationToken">Ends the loading.</param>
    public static async Task<ExperimentSession> OpenAsync(EvaluationRecipe recipe, string? folder, string dataFolder, ExperimentTraces? traces, CancellationToken cancellationToken)
    {
        var session = new ExperimentSession(dataFolder, folder is null ? null : ReplyCache.Open(Path.Combine(folder, "replies.jsonl")), traces);
        try
        {
            var rows = await ExperimentRows.ReadAsync(recipe, dataFolder, cancellationToken);
            session.ShopRows = rows.Shop;
            var candidates = new List<ICandidate>();
            foreach (var candidate in recipe.Candidates)
            {
                candidates.Add(await session.CandidateAsync(candidate, rows, cancellationToken));
            }

            session.Plan = recipe.ToPlan(
                rows.Dataset, candidates, await session.SourcesAsync(recipe, cancellationToken), session._replies, folder is null ? null : Path.Combine(folder, ReportFolder.RowsName));
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
        foreach (var index in _indexes.Values)
        {
            index.Dispose();
        }

        await _models.DisposeAsync();
        if (_traces is not null)
        {
            await _traces.DisposeAsync();
        }
    }

    private async Task<ICandidate> CandidateAsync(CandidateRecipe recipe, ExperimentRows rows, CancellationToken cancellationToken)
    {
        if (recipe.Output is { } fact)
        {
            return new GivenCandidate(recipe.Name, fact);
        }

        if (recipe.Stored is { } stored)
        {
            return StoredCandidate.Open(recipe.Name, stored, recipe.StoredCandidate, rows.Dataset);
        }

        var (model, digest) = await ClientAsync(recipe.Model!, recipe.Adapter, recipe.Server, cancellationToken); // The other kinds of candidate returned above.
        IChatClient client = _traces is null ? model : _traces.Watch(model, recipe.Model!); // As above.
        var shown = rows.Examples.GroupBy(row => row.Task, StringComparer.Ordinal).SelectMany(task => task.Take(recipe.Examples)).ToArray();
        var options = recipe.ToOptions() with { Examples = shown };
        if (recipe.Retrieval is { } retrieval)
        {
            var prompt = new RetrievalPrompt(await IndexAsync(retrieval, rows, cancellationToken), OptionsOf(retrieval));
            digest = ReplyKey.Of(digest, await prompt.DigestAsync(cancellationToken)).ToString();
            client = new RetrievalChatClient(client, prompt);
            options = options with { PassagesOf = static response => RetrievalChatClient.PassagesOf(response)?.Select(found => found.Passage.Text).ToArray() };
        }

        var candidate = new ChatCandidate(recipe.Name, digest, client, options, TimeProvider.System);
        return _traces is null ? candidate : _traces.Watch(candidate, recipe.Model!); // As above.
    }

    private async Task<(IChatClient Client, string Digest)> ClientAsync(string model, string? adapter, ServerRecipe? server, CancellationToken cancellationToken) =>
        server is null ? await _models.ChatAsync(model, adapter, cancellationToken) : _models.Connect(model, server);

    private static RetrievalOptions OptionsOf(RetrievalRecipe recipe)
    {
        var options = new RetrievalOptions { Top = recipe.Top };
        return recipe.Template is { } template ? options with { Template = template, PassageTemplate = recipe.Top == 1 ? "{text}" : options.PassageTemplate } : options;
    }

    private async Task<KeywordIndex> IndexAsync(RetrievalRecipe recipe, ExperimentRows rows, CancellationToken cancellationToken)
    {
        var source = recipe.Passages ?? "";
        if (!_indexes.TryGetValue(source, out var index))
        {
            var passages = recipe.Passages is { } path ? await PassageReader.ReadAsync(path, new PassageReaderOptions(), cancellationToken)
                : rows.Passages.Count > 0 ? rows.Passages
                : throw new CliException("CLI0002", "A candidate's 'retrieval' names no passages, and the dataset comes with none. Name a file or folder: 'passages: PATH'.");
            _indexes[source] = index = await KeywordIndex.CreateInMemoryAsync(passages, new KeywordIndexOptions(), TimeProvider.System, cancellationToken);
        }

        return index;
    }

    private async Task<ScorerSources> SourcesAsync(EvaluationRecipe recipe, CancellationToken cancellationToken)
    {
        var judges = new Dictionary<string, JudgeModel>(StringComparer.Ordinal);
        foreach (var judge in recipe.Judges)
        {
            var (client, digest) = await ClientAsync(judge.Model, null, judge.Server, cancellationToken);
            judges[judge.Name] = new JudgeModel(_replies is null ? client : new KeptChatClient(client, _replies, digest, TimeProvider.System), judge.Options);
        }

        var settings = recipe.Metrics.Select(metric => metric.Settings).OfType<ScorerSettings>().ToArray();
        var embedders = new Dictionary<string, IEmbeddingGenerator<string, Embedding<float>>>(StringComparer.Ordinal);
        var tokenVectors = new Dictionary<(string, int?), ITokenVectorSource>();
        foreach (var metric in recipe.Metrics.Where(metric => metric.Settings?.Encoder is not null))
        {
            var encoder = metric.Settings!.Encoder!; // Filtered just now.
            if (metric.Scorer == ScorerSources.BertScoreKind)
            {
                tokenVectors[(encoder, metric.Settings.Layer)] = await _models.TokenVectorsAsync(encoder, metric.Settings.Layer, cancellationToken);
            }
            else
            {
                embedders[encoder] = await _models.EmbedderAsync(encoder, cancellationToken);
            }
        }

        var likelihoods = new Dictionary<string, ILikelihoodScorer>(StringComparer.Ordinal);
        foreach (var model in settings.Select(metric => metric.Model).OfType<string>().Distinct(StringComparer.Ordinal))
        {
            likelihoods[model] = await _models.LikelihoodsAsync(model, cancellationToken);
        }

        return new ScorerSources { Judges = judges, Embedders = embedders, TokenVectors = tokenVectors, Likelihoods = likelihoods };
    }
}
