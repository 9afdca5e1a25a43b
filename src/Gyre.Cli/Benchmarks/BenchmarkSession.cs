using Gyre.Contracts;
using Gyre.Evaluation;
using Gyre.Evaluation.Benchmarks;
using Gyre.Evaluation.Benchmarks.Likelihoods;
using Gyre.Evaluation.Benchmarks.Sandbox;
using Gyre.Evaluation.Benchmarks.Sources;
using Gyre.Evaluation.Endpoints;
using Gyre.Evaluation.Judges;
using Gyre.Evaluation.Replies;
using Gyre.Models;
using Gyre.Models.Generation;
using Gyre.Models.Measurement;
using Microsoft.Extensions.AI;

namespace Gyre.Cli.Benchmarks;

/// <summary>A model, or a server, made ready for benchmarks: what scores, what writes, what judges, what runs programs, what is kept.</summary>
internal sealed class BenchmarkSession : IAsyncDisposable
{
    private static readonly TimeSpan RequestTime = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan FetchTime = TimeSpan.FromMinutes(30);
    private readonly CliModels _models = new(DataFolder.Resolve(null));
    private readonly List<LanguageModel> _loaded = [];
    private readonly Stack<IDisposable> _owned = new();

    private BenchmarkSession()
    {
    }

    /// <summary>What benchmarks are run on.</summary>
    public BenchmarkModel Model { get; private set; } = null!; // Set by OpenAsync before anyone sees the session.

    /// <summary>Answers of earlier runs; null when nothing is kept.</summary>
    public ReplyCache? Replies { get; private set; }

    /// <summary>Fetches files.</summary>
    public BenchmarkDownload Download { get; private set; } = null!; // As above.

    /// <summary>Opens what the given benchmarks need.</summary>
    public static async Task<BenchmarkSession> OpenAsync(BenchmarkTarget target, IReadOnlyCollection<BenchmarkDefinition> definitions, Terminal terminal, CancellationToken cancellationToken)
    {
        var session = new BenchmarkSession();
        try
        {
            session.Replies = target.Out is { } folder ? session.Own(ReplyCache.Open(Path.Combine(folder, "replies.jsonl"))) : null;
            session.Download = new BenchmarkDownload(session.Own(new HttpClient { Timeout = FetchTime }));
            var scores = !target.UsesLetters && definitions.Any(definition => definition.Task == BenchmarkTask.Choice);
            session.Model = target.Url is { } url ? await session.ConnectAsync(target, url, scores, cancellationToken) : await session.LoadAsync(target, scores, cancellationToken);
            if (target.Judge is { } judge)
            {
                session.Model = session.Model with { Judge = await session.JudgeAsync(judge, cancellationToken) };
            }

            if (definitions.Any(definition => definition.Task == BenchmarkTask.Code))
            {
                session.Model = session.Model with { Sandbox = await session.SandboxAsync(target, terminal, cancellationToken) };
            }

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
        while (_owned.TryPop(out var owned))
        {
            owned.Dispose();
        }

        foreach (var model in _loaded)
        {
            await model.DisposeAsync();
        }

        _models.Dispose();
    }

    private T Own<T>(T owned)
        where T : IDisposable
    {
        _owned.Push(owned);
        return owned;
    }

    private async Task<BenchmarkModel> LoadAsync(BenchmarkTarget target, bool scores, CancellationToken cancellationToken)
    {
        var model = await _models.LoadAsync(target.Model, cancellationToken);
        _loaded.Add(model);
        var (name, digest) = (model.Name, model.Digest);
        string? adapter = null;
        if (target.Adapter is { } reference)
        {
            adapter = await _models.LoadAdapterAsync(model, reference, cancellationToken);
            name = $"{model.Name}+{adapter}";
            digest = ReplyKey.Of(digest, CliModels.AdapterDigest(_models.AdapterOf(reference).Path)).ToString();
        }

        return new BenchmarkModel
        {
            Name = name,
            Digest = digest,
            Chat = Own(new LanguageModelChatClient(model, adapter)),
            Likelihoods = scores ? Keep(new LikelihoodScorer(model, adapter), digest) : null,
        };
    }

    private async Task<BenchmarkModel> ConnectAsync(BenchmarkTarget target, string url, bool scores, CancellationToken cancellationToken)
    {
        var http = Own(OpenAiServer.Connect(url, target.Key, RequestTime));
        var chat = Own(new OpenAiChatClient(http, new OpenAiChatOptions { Model = target.ServedModel }, TimeProvider.System));
        ILikelihoodScorer? likelihoods = scores ? await CompletionsLikelihoodScorer.OpenAsync(http, new CompletionsOptions { Model = target.ServedModel }, TimeProvider.System, cancellationToken) : null;
        return new BenchmarkModel { Name = target.ServedModel, Digest = chat.Digest, Chat = chat, Likelihoods = likelihoods is null ? null : Keep(likelihoods, likelihoods.Digest) };
    }

    private ILikelihoodScorer Keep(ILikelihoodScorer scorer, string digest) => Replies is null ? scorer : new KeptLikelihoodScorer(scorer, Replies, digest);

    private async Task<JudgeModel> JudgeAsync(string reference, CancellationToken cancellationToken)
    {
        var model = await _models.LoadAsync(reference, cancellationToken);
        _loaded.Add(model);
        IChatClient client = Own(new LanguageModelChatClient(model));
        return new JudgeModel(Replies is null ? client : Own(new KeptChatClient(client, Replies, model.Digest, TimeProvider.System)), new JudgeOptions { Name = model.Name });
    }

    private async Task<PythonSandbox> SandboxAsync(BenchmarkTarget target, Terminal terminal, CancellationToken cancellationToken)
    {
        var sandbox = Own(await PythonSandbox.OpenAsync(new SandboxLimits(), TimeProvider.System, cancellationToken: cancellationToken));
        if (sandbox.Absence is { } absence)
        {
            await terminal.Error.WriteLineAsync($"Programs are not run: {absence.Detail}.");
            return sandbox;
        }

        if (sandbox.Isolation.Missing.Count > 0)
        {
            var missing = string.Join("; ", sandbox.Isolation.Missing);
            if (!target.AllowsUnconfined && !(sandbox.Isolation.HasNoNetwork && sandbox.Isolation.IsConfined))
            {
                throw new CliException("CLI0002", $"Programs that the model writes are to be run, and this system does not hold them: {missing}. Run inside a container or a virtual machine and give --unconfined, or leave these benchmarks out.");
            }

            await terminal.Error.WriteLineAsync($"Programs run without: {missing}.");
        }

        return sandbox;
    }
}
