using Gyre.Models.Architectures;
using Gyre.Models.Encoders;
using Gyre.Models.Tokenizers;

namespace Gyre.Models.Tests.Encoders;

public sealed class TokenClassifierTests
{
    private const string Text = "Ada Lovelace met Bob in New York";

    [Fact]
    public async Task Tokens_get_their_likeliest_labels_with_spans_of_the_text()
    {
        using var folder = new EncoderFolder(EncoderHead.TokenLabels, labels: ["O", "B-PER", "I-PER", "B-LOC", "I-LOC"]);
        using var model = folder.Load();
        model.Kind.ShouldBe(ModelKind.TokenClassification);
        var found = (await model.TokenClassifier!.ClassifyAsync([Text, "x"]))[0];
        var logits = EncoderFolder.Results(model, EncoderOutput.Head, Text);
        var tokens = model.Tokenizer.EncodePair(Text, null);
        found.Tokens.Count.ShouldBe(tokens.Ids.Count - 2);
        for (var i = 0; i < found.Tokens.Count; i++)
        {
            var row = logits[i + 1];
            found.Tokens[i].Label.ShouldBe(model.TokenClassifier.Labels[Array.IndexOf(row, row.Max())]);
            found.Tokens[i].Span.ShouldBe(tokens.Spans[i + 1]);
            ((double)found.Tokens[i].Score).ShouldBe(1 / row.Sum(logit => Math.Exp(logit - (double)row.Max())), 1e-5);
        }

        foreach (var entity in found.Entities)
        {
            entity.Text.ShouldBe(entity.Span.Of(Text).ToString());
        }
    }

    [Fact]
    public void Neighbouring_tokens_of_one_label_become_one_part()
    {
        var entities = TokenClassifier.Join(Text, [
            At("B-PER", 0, 3), At("I-PER", 4, 12), At("O", 13, 16), At("B-PER", 17, 20), At("O", 21, 23), At("I-LOC", 24, 27), At("I-LOC", 28, 32)]);
        entities.Select(entity => (entity.Label, entity.Text)).ShouldBe([("PER", "Ada Lovelace"), ("PER", "Bob"), ("LOC", "New York")]);
        entities[0].Score.ShouldBe(0.5f);
    }

    [Fact]
    public void A_beginning_begins_a_part_even_after_one_of_its_label()
    {
        TokenClassifier.Join(Text, [At("B-PER", 0, 3), At("B-PER", 4, 12), At("I-LOC", 13, 16)]).Select(entity => entity.Text).ShouldBe(["Ada", "Lovelace", "met"]);
    }

    [Fact]
    public void Labels_without_marks_go_on_as_long_as_they_stay_the_same()
    {
        TokenClassifier.Join(Text, [At("NOUN", 0, 3), At("NOUN", 4, 12), At("VERB", 13, 16), At("NOUN", 17, 20)]).Select(entity => (entity.Label, entity.Text))
            .ShouldBe([("NOUN", "Ada Lovelace"), ("VERB", "met"), ("NOUN", "Bob")]);
    }

    private static TokenLabel At(string label, int start, int end) => new(label, new TextSpan(start, end), start == 0 ? 0.25f : 0.75f);
}
