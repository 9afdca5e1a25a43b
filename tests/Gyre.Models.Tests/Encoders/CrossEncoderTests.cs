using Gyre.Models.Architectures;
using Gyre.Models.Encoders;

namespace Gyre.Models.Tests.Encoders;

public sealed class CrossEncoderTests : IDisposable
{
    private readonly EncoderFolder _folder = new(EncoderHead.SequenceLabels, labels: ["LABEL_0"]);

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("", true)]
    [InlineData("\"sbert_ce_default_activation_function\": \"torch.nn.modules.linear.Identity\",", false)]
    [InlineData("\"sentence_transformers\": { \"activation_fn\": \"torch.nn.modules.activation.Sigmoid\" },", true)]
    public async Task A_score_is_the_logit_of_the_pair_through_the_model_s_function(string setting, bool isLogistic)
    {
        var json = File.ReadAllText(_folder.At("config.json"));
        File.WriteAllText(_folder.At("config.json"), "{" + setting + json[(json.IndexOf('{', StringComparison.Ordinal) + 1)..]);
        using var model = _folder.Load();
        model.Kind.ShouldBe(ModelKind.Reranking);
        string[] documents = ["A red dress.", "Opening hours: nine to five, every day but Sunday.", "Shoes"];
        var scores = await model.Reranker!.RerankAsync("red clothes", documents);
        var tokens = 0;
        for (var i = 0; i < documents.Length; i++)
        {
            var rows = EncoderFolder.Results(model, EncoderOutput.Head, "red clothes", documents[i]);
            var logit = (double)rows[0][0];
            ((double)scores.Scores[i]).ShouldBe(isLogistic ? 1 / (1 + Math.Exp(-logit)) : logit, 1e-5);
            tokens += rows.Length;
        }

        scores.Tokens.ShouldBe(tokens);
    }

    [Fact]
    public async Task A_pair_that_is_too_long_is_cut_and_that_is_stated()
    {
        using var model = _folder.Load();
        var scores = await model.Reranker!.ScoreAsync([new TextPair("red", string.Concat(Enumerable.Repeat("dress ", 90))), new TextPair("red", "dress")]);
        scores.Select(score => (score.Tokens, score.IsTruncated)).ShouldBe([(64, true), (5, false)]);
    }
}
