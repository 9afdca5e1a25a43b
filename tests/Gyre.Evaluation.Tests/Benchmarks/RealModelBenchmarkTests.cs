using Gyre.Contracts;
using Gyre.Evaluation.Benchmarks;
using Gyre.Models;
using Gyre.Models.Catalog;
using Gyre.Models.Generation;
using Gyre.Models.Measurement;
using Gyre.Tensors.Threading;
using Gyre.TestSupport;

namespace Gyre.Evaluation.Tests.Benchmarks;

/// <summary>Published data on trained weights (stories260K, context 512), held against <see cref="ReferenceLlama"/>.</summary>
public sealed class RealModelBenchmarkTests : IAsyncLifetime
{
    private readonly ThreadTeam _team = new(2);
    private LanguageModel? _model;

    private LanguageModel Model => _model!;

    public static TheoryData<string, string, int> Choices => new()
    {
        { "mmlu", "data/mmlu", 1 },
        { "arc-challenge", "data/arc-challenge", 12 },
        { "hellaswag-pairs", "data/hellaswag-pairs", 24 },
        { "truthfulqa-mc1", "data/truthfulqa", 1 },
        { "truthfulqa-mc2", "data/truthfulqa", 1 },
        { "boolq", "data/boolq", 8 },
    };

    public async ValueTask InitializeAsync() =>
        _model = await new ModelLoader(_team, TimeProvider.System).LoadAsync(ModelFolder.Open(TestData.Require("models/stories260K/derived-hf")), "stories");

    public async ValueTask DisposeAsync()
    {
        if (_model is not null)
        {
            await _model.DisposeAsync();
        }

        _team.Dispose();
    }

    /// <summary>Likelihoods of items that fit, the shorter ones, equal the independent computation to 1e-4.</summary>
    [Theory]
    [MemberData(nameof(Choices))]
    public async Task Likelihoods_equal_an_independent_computation(string name, string folder, int limit)
    {
        const int Compared = 12;
        var reference = new ReferenceLlama(TestData.Require("models/stories260K/stories260K.bin"));
        var recorder = new Recorder(new LikelihoodScorer(Model));

        var result = await Run(name, folder, limit, recorder);

        var fits = recorder.Results.Where(pair => pair.Result.IsScored).ToList();
        fits.Count.ShouldBeGreaterThan(0);
        foreach (var (request, found) in fits.OrderBy(pair => pair.Request.Context.Length).Take(2 * Compared).Where((_, i) => i % 2 == 0))
        {
            var expected = reference.Following(Model.TokenizePrompt(request.Context + request.Continuation))[^found.Tokens..];
            found.LogLikelihood.ShouldBe(expected.Sum(token => token.Logprob), 1e-4);
            found.IsGreedy.ShouldBe(expected.All(token => token.IsBest));
        }

        result.Answered.ShouldBe(result.Outcomes.Count(outcome => outcome.Reason is null));
        (result.Answered + result.Undefined.Values.Sum()).ShouldBe(result.Outcomes.Count);
        result.Measures[0].Value.IsDefined.ShouldBeTrue();
        TestContext.Current.TestOutputHelper?.WriteLine(result.ToMarkdown());
    }

    /// <summary>The whole files, for the figures of the design page: run by name.</summary>
    [Theory(Explicit = true)]
    [MemberData(nameof(Choices))]
    public async Task Whole_files(string name, string folder, int limit)
    {
        limit.ShouldBeGreaterThan(0);
        var result = await Run(name, folder, null, new LikelihoodScorer(Model));

        Console.WriteLine(result.ToMarkdown());
    }

    /// <summary>Every item that fits, of whole files: minutes each, so run by name.</summary>
    [Theory(Explicit = true)]
    [InlineData("hellaswag-pairs", "data/hellaswag-pairs")]
    [InlineData("arc-challenge", "data/arc-challenge")]
    [InlineData("truthfulqa-mc1", "data/truthfulqa")]
    [InlineData("boolq", "data/boolq")]
    [InlineData("mmlu", "data/mmlu")]
    public async Task Every_likelihood_of_whole_files_equals_the_independent_computation(string name, string folder)
    {
        var path = TestData.Require("models/stories260K/stories260K.bin");
        var recorder = new Recorder(new LikelihoodScorer(Model));
        await Run(name, folder, null, recorder);
        var fits = recorder.Results.Where(pair => pair.Result.IsScored).ToArray();

        var largest = fits.AsParallel().Select(pair =>
        {
            var expected = new ReferenceLlama(path).Following(Model.TokenizePrompt(pair.Request.Context + pair.Request.Continuation))[^pair.Result.Tokens..];
            return Math.Abs(pair.Result.LogLikelihood - expected.Sum(token => token.Logprob));
        }).Max();

        Console.Error.WriteLine($"{name}: {fits.Length} of {recorder.Results.Count} likelihoods, largest difference {largest:0.0e0}");
        largest.ShouldBeLessThan(1e-4);
    }

    [Fact]
    public async Task A_model_writes_answers_to_the_word_problems()
    {
        using var client = new LanguageModelChatClient(Model);
        var model = new BenchmarkModel { Name = "stories", Digest = Model.Digest, Chat = client };
        var options = new BenchmarkRunOptions { Folder = TestData.Require("data/gsm8k"), Limit = 2, Shots = 0, Samples = 1 };

        var result = await new BenchmarkRun(BenchmarkCatalogue.Open("gsm8k"), model, options, TimeProvider.System).RunAsync();

        result.Answered.ShouldBe(2);
        result.Outcomes.ShouldAllBe(outcome => outcome.Answers[0].Length > 0);
    }

    private async Task<BenchmarkResult> Run(string name, string folder, int? limit, ILikelihoodScorer likelihoods)
    {
        var model = new BenchmarkModel { Name = "stories", Digest = Model.Digest, Likelihoods = likelihoods };
        var options = new BenchmarkRunOptions { Folder = TestData.Require(folder), Limit = limit, Shots = 0, Comparison = new() { Resamples = 200 } };
        return await new BenchmarkRun(BenchmarkCatalogue.Open(name), model, options, TimeProvider.System).RunAsync();
    }

    private sealed class Recorder(ILikelihoodScorer inner) : ILikelihoodScorer
    {
        public List<(LikelihoodRequest Request, Likelihood Result)> Results { get; } = [];

        public string Model => inner.Model;

        public string Digest => inner.Digest;

        public async Task<IReadOnlyList<Likelihood>> ScoreAsync(IReadOnlyList<LikelihoodRequest> requests, CancellationToken cancellationToken = default)
        {
            var results = await inner.ScoreAsync(requests, cancellationToken);
            Results.AddRange(requests.Zip(results));
            return results;
        }

        public Task<IReadOnlyList<Likelihood>> ScoreTextsAsync(IReadOnlyList<string> texts, CancellationToken cancellationToken = default) => inner.ScoreTextsAsync(texts, cancellationToken);
    }
}
