using Gyre.Evaluation.Endpoints;
using Gyre.Evaluation.Recipes;
using Gyre.Evaluation.Replies;
using Gyre.Models;
using Gyre.Models.Encoders;
using Gyre.Models.Embeddings;
using Gyre.Models.Generation;
using Gyre.Models.Measurement;
using Microsoft.Extensions.AI;

namespace Gyre.Cli.Evaluation;

/// <summary>The models of an experiment, each loaded once, with their clients.</summary>
/// <remarks>Owns all of them.</remarks>
internal sealed class ExperimentModels(string dataFolder) : IAsyncDisposable
{
    private static readonly TimeSpan RequestTime = TimeSpan.FromMinutes(5);
    private readonly CliModels _models = new(dataFolder);
    private readonly Dictionary<string, LanguageModel> _loaded = new(StringComparer.Ordinal);
    private readonly List<IDisposable> _clients = [];

    /// <summary>Digests of the models' weights, by the reference under which the recipe names them.</summary>
    public IReadOnlyDictionary<string, string> Digests => _loaded.ToDictionary(pair => pair.Key, pair => pair.Value.Digest, StringComparer.Ordinal);

    /// <summary>A client of a model, with an adapter or without, and the digest of both.</summary>
    public async Task<(LanguageModelChatClient Client, string Digest)> ChatAsync(string reference, string? adapter, CancellationToken cancellationToken)
    {
        var model = await LoadAsync(reference, cancellationToken);
        var digest = model.Digest;
        string? name = null;
        if (adapter is not null)
        {
            name = await _models.LoadAdapterAsync(model, adapter, cancellationToken);
            digest = ReplyKey.Of(digest, CliModels.AdapterDigest(_models.AdapterOf(adapter).Path)).ToString();
        }

        var client = new LanguageModelChatClient(model, name);
        _clients.Add(client);
        return (client, digest);
    }

    /// <summary>A client of a server's model, and what tells it from others: its address and name.</summary>
    public (IChatClient Client, string Digest) Connect(string model, ServerRecipe server)
    {
        var key = server.KeyVariable is not { } variable ? null
            : Environment.GetEnvironmentVariable(variable) is { Length: > 0 } value ? value
            : throw new CliException("CLI0002", $"The recipe takes the key of '{server.Url}' from the environment variable '{variable}', which is empty or not set. Set it, or name another with 'api_key_env'.");
        var http = OpenAiServer.Connect(server.Url, key, RequestTime);
        _clients.Add(http);
        var client = new OpenAiChatClient(http, new OpenAiChatOptions { Model = model }, TimeProvider.System);
        _clients.Add(client);
        return (client, client.Digest);
    }

    /// <summary>The embedder of a model.</summary>
    /// <exception cref="ModelException">RUN0602: it makes no vectors.</exception>
    public async Task<ITextEmbedder> EmbedderAsync(string reference, CancellationToken cancellationToken)
    {
        var model = await LoadAsync(reference, cancellationToken);
        return model.Embedder ?? throw new ModelException(
            "RUN0602", $"Embedding texts with '{model.Name}': it is a model for {model.Kind.ToText()} and makes no vectors. Choose an embedding model: 'gyre models' tells each one's kind.");
    }

    /// <summary>The first layers of an encoder, for comparing tokens.</summary>
    public Task<TokenVectorEncoder> TokenVectorsAsync(string reference, int? layer, CancellationToken cancellationToken) => Task.Run(
        () =>
        {
            var encoder = _models.LoadTokenVectors(reference, layer);
            _clients.Add(encoder);
            return encoder;
        },
        cancellationToken);

    /// <summary>How likely a model finds texts.</summary>
    public async Task<LikelihoodScorer> LikelihoodsAsync(string reference, CancellationToken cancellationToken) => new(await LoadAsync(reference, cancellationToken));

    public async ValueTask DisposeAsync()
    {
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

    private async Task<LanguageModel> LoadAsync(string reference, CancellationToken cancellationToken)
    {
        if (!_loaded.TryGetValue(reference, out var model))
        {
            _loaded[reference] = model = await _models.LoadAsync(reference, cancellationToken);
        }

        return model;
    }
}
