using Gyre.Models.Architectures;
using Gyre.Models.Encoders;

namespace Gyre.Models.Tests.Encoders;

public sealed class TextClassifierTests : IDisposable
{
    private readonly EncoderFolder _folder = new(EncoderHead.SequenceLabels, labels: ["good", "bad", "unsure"]);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Scores_are_the_softmax_of_the_logits_the_largest_first()
    {
        using var model = _folder.Load();
        model.Kind.ShouldBe(ModelKind.TextClassification);
        var labels = (await model.TextClassifier!.ClassifyAsync(["It fits.", "It does not fit at all, and the colour is wrong."]))[1];
        var logits = EncoderFolder.Results(model, EncoderOutput.Head, "It does not fit at all, and the colour is wrong.")[0];
        var sum = logits.Sum(logit => Math.Exp(logit));
        string[] names = ["good", "bad", "unsure"];
        labels.Scores.Select(score => score.Label).ShouldBe(Enumerable.Range(0, 3).OrderByDescending(i => logits[i]).Select(i => names[i]));
        foreach (var (label, score) in labels.Scores)
        {
            ((double)score).ShouldBe(Math.Exp(logits[Array.IndexOf(names, label)]) / sum, 1e-6);
        }

        labels.IsTruncated.ShouldBeFalse();
    }

    [Fact]
    public async Task Labels_that_may_hold_together_get_the_logistic_function()
    {
        var json = File.ReadAllText(_folder.At("config.json")).Replace("single_label_classification", "multi_label_classification", StringComparison.Ordinal);
        File.WriteAllText(_folder.At("config.json"), json);
        using var model = _folder.Load();
        var labels = (await model.TextClassifier!.ClassifyAsync([new TextPair("It fits.", "Well.")]))[0];
        var logits = EncoderFolder.Results(model, EncoderOutput.Head, "It fits.", "Well.")[0];
        ((double)labels.Scores.Single(score => score.Label == "bad").Score).ShouldBe(1 / (1 + Math.Exp(-logits[1])), 1e-6);
    }

    [Fact]
    public async Task A_text_that_is_too_long_is_cut_and_that_is_stated()
    {
        using var model = _folder.Load();
        var labels = (await model.TextClassifier!.ClassifyAsync([string.Concat(Enumerable.Repeat("dress ", 90)), "short"]));
        labels.Select(result => (result.Tokens, result.IsTruncated)).ShouldBe([(64, true), (3, false)]);
    }
}
