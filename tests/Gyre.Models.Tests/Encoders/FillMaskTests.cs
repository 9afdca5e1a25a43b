using Gyre.Models.Architectures;
using Gyre.Models.Encoders;

namespace Gyre.Models.Tests.Encoders;

public sealed class FillMaskTests : IDisposable
{
    private readonly EncoderFolder _folder = new(EncoderHead.MaskedWords);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Each_masked_place_gets_its_likeliest_words()
    {
        using var model = _folder.Load();
        model.Kind.ShouldBe(ModelKind.MaskedWords);
        var fill = model.FillMask.ShouldNotBeNull();
        fill.MaskToken.ShouldBe("[MASK]");
        const string Text = "A [MASK] dress and [MASK] shoes.";
        var places = (await fill.FillAsync(["The [MASK].", Text], 3))[1];
        places.Select(place => place.Span.Of(Text).ToString()).ShouldBe(["[MASK]", "[MASK]"]);
        var tokens = await Task.Run(() => model.Tokenizer.EncodePair(Text, null, new() { ParsesSpecialTokens = true }).Ids);
        var mask = model.Tokenizer.FindToken("[MASK]")!.Value;
        var batch = new EncoderBatch();
        batch.AddAll([.. tokens]);
        model.Encoder.Run(batch, EncoderOutput.Head);
        int[] at = [.. Enumerable.Range(0, tokens.Count).Where(i => tokens[i] == mask)];
        for (var place = 0; place < at.Length; place++)
        {
            var logits = batch.Row(0, at[place]).ToArray();
            var sum = logits.Sum(logit => Math.Exp(logit - (double)logits.Max()));
            var best = Enumerable.Range(0, logits.Length).OrderByDescending(id => logits[id]).Take(3).ToArray();
            places[place].Words.Select(word => word.Id).ShouldBe(best);
            places[place].Words[0].Token.ShouldBe(model.Tokenizer.GetToken(best[0]));
            ((double)places[place].Words[0].Probability).ShouldBe(1 / sum, 1e-6);
        }
    }

    [Fact]
    public async Task Texts_without_a_masked_place_and_impossible_counts_are_refused()
    {
        using var model = _folder.Load();
        var error = await Should.ThrowAsync<ModelException>(() => model.FillMask!.FillAsync(["A [MASK].", "No place."]));
        (error.Code, error.Message.Contains("text 1 has no masked place", StringComparison.Ordinal)).ShouldBe(("RUN0603", true));
        (await Should.ThrowAsync<ModelException>(() => model.FillMask!.FillAsync(["[MASK]"], 0))).Code.ShouldBe("RUN0604");
        var tooLong = "[MASK]" + string.Concat(Enumerable.Repeat(" dress", 100));
        (await Should.ThrowAsync<ModelException>(() => model.FillMask!.FillAsync([tooLong]))).Code.ShouldBe("RUN0301");
    }

    [Fact]
    public void A_model_of_masked_words_makes_vectors_too()
    {
        using var model = _folder.Load();
        model.Embedder!.Dimensions.ShouldBe(EncoderFolder.Width);
        model.TextClassifier.ShouldBeNull();
        model.Reranker.ShouldBeNull();
    }
}
