using Gyre.Contracts;
using Gyre.Evaluation.Benchmarks.Likelihoods;
using Gyre.Models.Catalog;
using Gyre.Models.Measurement;
using Gyre.Server.Hosting;
using Gyre.Tensors.Threading;
using Gyre.TestSupport;

namespace Gyre.Server.Tests.Endpoints;

/// <summary>Likelihoods asked of our own server over HTTP are those that the model computes in the process.</summary>
public sealed class CompletionLikelihoodTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task A_served_model_says_the_same_likelihoods_as_a_loaded_one(int generated)
    {
        var stories = TestData.Require("models/stories260K/derived-hf");
        using var team = new ThreadTeam(2);
        var loader = new ModelLoader(team, TimeProvider.System);
        await using var model = await loader.LoadAsync(ModelFolder.Open(stories), "stories");
        var folder = Directory.CreateTempSubdirectory("gyre-likelihoods-").FullName;
        await using var host = GyreHost.Create(new GyreHostOptions
        {
            DataFolder = folder,
            Port = 0,
            DefaultModel = stories,
            OpenModel = (path, cancellationToken) => loader.LoadAsync(ModelFolder.Open(path), Path.GetFileName(path), cancellationToken),
            LogsToConsole = false,
        });
        await host.StartAsync();
        try
        {
            using var http = new HttpClient { BaseAddress = host.Address };
            var served = new CompletionsLikelihoodScorer(http, new CompletionsOptions { Model = "default", GeneratedTokens = generated }, TimeProvider.System);
            LikelihoodRequest[] requests =
            [
                new("Once upon a time", ", there was a little girl named Lily."), new("Once upon a time ", "there was"), new("Tom saw a big d", "og"),
                new("", "Once upon"), new("Café “quoted” 😀 text", " with more"), new("Once", string.Concat(Enumerable.Repeat(" upon a time", 400))),
            ];

            var expected = await new LikelihoodScorer(model).ScoreAsync(requests);
            var found = await served.ScoreAsync(requests);

            found.Select(result => (result.IsScored, result.Tokens, result.IsGreedy)).ShouldBe(expected.Select(result => (result.IsScored, result.Tokens, result.IsGreedy)));
            foreach (var (own, other) in expected.Zip(found).Where(pair => pair.First.IsScored))
            {
                other.LogLikelihood.ShouldBe(own.LogLikelihood, 1e-4);
            }
        }
        finally
        {
            await host.StopAsync();
            Directory.Delete(folder, recursive: true);
        }
    }
}
