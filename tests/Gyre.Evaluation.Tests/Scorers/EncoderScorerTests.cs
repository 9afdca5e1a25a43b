using System.Text.Json;
using Gyre.Contracts;
using Gyre.Evaluation.Metrics;
using Gyre.Evaluation.Metrics.Vectors;
using Gyre.Evaluation.Scorers;
using Gyre.Models.Architectures;
using Gyre.Models.Catalog;
using Gyre.Models.Encoders;
using Gyre.Tensors.Threading;
using Gyre.TestSupport;
using Microsoft.Extensions.AI;

namespace Gyre.Evaluation.Tests.Scorers;

/// <summary>Scorers over vectors, against a computation in numpy (goldens/bert_score.py) and by hand.</summary>
public sealed class EncoderScorerTests
{
    private const double SinglePrecision = 2e-6;

    [Fact]
    public async Task BERTScore_over_a_real_encoder_equals_the_numpy_computation_for_every_layer_and_weighting()
    {
        using var folder = WordFolder();
        using var team = new ThreadTeam(2);
        using var json = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(TestData.RepositoryRoot, "goldens/bert-score.json"), TestContext.Current.CancellationToken));
        var cases = json.RootElement.GetProperty("cases").EnumerateArray().ToArray();
        var rows = cases.Select(golden => new DatasetRow(
            "1", "t", "p", "", golden.GetProperty("references").EnumerateArray().Index().ToDictionary(item => $"reference.{item.Index}", item => Words(item.Item)), "", "")).ToArray();
        foreach (var layer in new[] { 1, 2, 3 })
        {
            using var encoder = TokenVectorEncoder.Load(ModelFolder.Open(folder.Path), "kit", new EncoderOptions { Team = team }, layer);
            var own = rows.Zip(cases).Where(item => item.Second.GetProperty("layer").GetInt32() == layer).ToArray();
            own.Length.ShouldBe(12);
            var weights = await BertScoreScorer.WeightsAsync(encoder, own.Where(item => IsWeighted(item.Second)).Select(item => item.First), TestContext.Current.CancellationToken);
            foreach (var (row, golden) in own)
            {
                foreach (var (part, name) in new[] { (BertScorePart.Precision, "precision"), (BertScorePart.Recall, "recall"), (BertScorePart.F1, "f1") })
                {
                    var scorer = new BertScoreScorer(encoder, part, IsWeighted(golden) ? weights : null);
                    var score = await scorer.ScoreAsync(row, "  " + Words(golden.GetProperty("candidate")) + "\n", TestContext.Current.CancellationToken);
                    score.Value!.Value.ShouldBe(golden.GetProperty(name).GetDouble(), SinglePrecision, golden.ToString());
                }
            }
        }
    }

    [Fact]
    public async Task A_row_s_score_has_the_same_bits_beside_any_others()
    {
        using var folder = WordFolder();
        using var team = new ThreadTeam(2);
        using var encoder = TokenVectorEncoder.Load(ModelFolder.Open(folder.Path), "kit", new EncoderOptions { Team = team });
        string[] texts = ["w10 w20", "", "w11 w12 w13 w14", "w10 w20"];
        var together = await encoder.EncodeAsync(texts, TestContext.Current.CancellationToken);
        for (var i = 0; i < texts.Length; i++)
        {
            var alone = (await encoder.EncodeAsync([texts[i]], TestContext.Current.CancellationToken))[0];
            together[i].Vectors.ToArray().ShouldBe(alone.Vectors.ToArray());
            together[i].Tokens.ToArray().ShouldBe(alone.Tokens.ToArray());
            (together[i].OwnTokens, together[i].IsAdded(0)).ShouldBe((texts[i].Split(' ', StringSplitOptions.RemoveEmptyEntries).Length, true));
        }
    }

    [Fact]
    public async Task Texts_that_cannot_be_compared_have_no_score()
    {
        using var folder = WordFolder();
        using var team = new ThreadTeam(2);
        using var encoder = TokenVectorEncoder.Load(ModelFolder.Open(folder.Path), "kit", new EncoderOptions { Team = team });
        using var cutting = TokenVectorEncoder.Load(ModelFolder.Open(folder.Path), "kit", new EncoderOptions { Team = team }, cutsLongTexts: true);
        var scorer = new BertScoreScorer(encoder);

        (await scorer.ScoreAsync(Row("w10"), " ", TestContext.Current.CancellationToken)).Result.Reason!.Cause.ShouldBe(UndefinedCause.EmptyCandidate);
        (await scorer.ScoreAsync(Row(""), "w10", TestContext.Current.CancellationToken)).Result.Reason!.Cause.ShouldBe(UndefinedCause.NoReference);
        var tooLong = string.Join(' ', Enumerable.Repeat("w10", 60));
        (await Should.ThrowAsync<GyreException>(async () => await scorer.ScoreAsync(Row("w10"), tooLong, TestContext.Current.CancellationToken))).Code.ShouldBe("RUN0301");
        (await new BertScoreScorer(cutting).ScoreAsync(Row("w10"), tooLong, TestContext.Current.CancellationToken)).Value.ShouldNotBeNull();
        Should.Throw<GyreException>(() => TokenVectorEncoder.Load(ModelFolder.Open(folder.Path), "kit", new EncoderOptions { Team = team }, 4)).Code.ShouldBe("RUN0604");
    }

    [Fact]
    public void Known_models_have_the_layer_that_was_tuned_for_them()
    {
        TokenVectorEncoder.TunedLayer("models/roberta-large/").ShouldBe(17);
        TokenVectorEncoder.TunedLayer("bert-base-uncased").ShouldBe(9);
        TokenVectorEncoder.TunedLayer("my-model").ShouldBeNull();
    }

    [Fact]
    public async Task Embedding_similarity_is_the_cosine_with_the_nearest_reference()
    {
        using var embedder = new Rag.AngleEmbedder(new() { ["90"] = 90, ["30"] = 30, ["60"] = 60 });
        var scorer = new EmbeddingSimilarityScorer(embedder, "angles");
        var row = Row("90") with { Facts = new Dictionary<string, string> { ["reference.2"] = "30" } };

        scorer.Name.ShouldBe("embedding-cosine-angles");
        (await scorer.ScoreAsync(row, "60", TestContext.Current.CancellationToken)).Value!.Value.ShouldBe(Math.Cos(Math.PI / 6), 1e-6);
        (await scorer.ScoreAsync(Row(""), "60", TestContext.Current.CancellationToken)).Result.Reason!.Cause.ShouldBe(UndefinedCause.NoReference);
        (await scorer.ScoreAsync(row, " ", TestContext.Current.CancellationToken)).Result.Reason!.Cause.ShouldBe(UndefinedCause.EmptyCandidate);
    }

    [Fact]
    public async Task Perplexity_of_outputs_is_of_all_together_and_undefined_where_the_model_did_not_read()
    {
        var scorer = new PerplexityScorer(new FixedLikelihood());
        var first = await scorer.ScoreAsync(Row("r"), "one two", TestContext.Current.CancellationToken);
        var second = await scorer.ScoreAsync(Row("r"), "three", TestContext.Current.CancellationToken);

        first.Value!.Value.ShouldBe(Math.E, 1e-12);
        scorer.Combine([first.Statistics[0] + second.Statistics[0], first.Statistics[1] + second.Statistics[1]], 2).Number.ShouldBe(Math.E, 1e-12);
        (await scorer.ScoreAsync(Row("r"), "unread", TestContext.Current.CancellationToken)).Reason.ShouldContain("no room");
        (scorer.Name, scorer.Form.Direction).ShouldBe(("perplexity-token-fixed", ScoreDirection.LowerIsBetter));
    }

    private static bool IsWeighted(JsonElement golden) => golden.GetProperty("weights").GetString() == "idf";

    private static string Words(JsonElement ids) => string.Join(' ', ids.EnumerateArray().Select(id => "w" + id.GetInt32()));

    private static DatasetRow Row(string reference) => new("1", "t", "p", reference, new Dictionary<string, string>(), "", "");

    /// <summary>The kit's encoder with a vocabulary in which each id is a word of its number.</summary>
    private static Benchmarks.TemporaryFolder WordFolder()
    {
        var source = TestData.Require("models/kit/bert");
        var folder = new Benchmarks.TemporaryFolder();
        File.WriteAllBytes(Path.Combine(folder.Path, "model.safetensors"), File.ReadAllBytes(Path.Combine(source, "model.safetensors")));
        File.WriteAllText(Path.Combine(folder.Path, "config.json"), File.ReadAllText(Path.Combine(source, "config.json")));
        File.WriteAllText(Path.Combine(folder.Path, "tokenizer_config.json"), """{"tokenizer_class":"BertTokenizer","do_lower_case":true}""");
        string[] special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]"];
        File.WriteAllLines(Path.Combine(folder.Path, "vocab.txt"), special.Concat(Enumerable.Range(4, 327).Select(id => $"w{id}")));
        return folder;
    }

    private sealed class FixedLikelihood : ILikelihoodScorer
    {
        public string Model => "fixed";

        public string Digest => "fixed";

        public Task<IReadOnlyList<Likelihood>> ScoreAsync(IReadOnlyList<LikelihoodRequest> requests, CancellationToken cancellationToken = default) => throw new NotSupportedException();

        public Task<IReadOnlyList<Likelihood>> ScoreTextsAsync(IReadOnlyList<string> texts, CancellationToken cancellationToken = default) =>
            Task.FromResult<IReadOnlyList<Likelihood>>([.. texts.Select(text => text == "unread" ? Likelihood.NotScored("no room") : Likelihood.Of(-text.Split(' ').Length, text.Split(' ').Length, false))]);
    }
}
