using Gyre.Models.Architectures;
using Gyre.Models.Encoders;
using Gyre.Models.Tokenizers;

namespace Gyre.Models.Tests.Encoders;

public sealed class QuestionAnswererTests : IDisposable
{
    private const string Question = "Where is it?";
    private const string Passage = "The shop is in Lisbon, by the river, and it opens at nine.";
    private readonly EncoderFolder _folder = new(EncoderHead.AnswerSpan);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Answers_are_the_best_spans_with_their_exact_places()
    {
        using var model = _folder.Load();
        model.Kind.ShouldBe(ModelKind.QuestionAnswering);
        var found = (await model.QuestionAnswerer!.AnswerAsync([new TextPair(Question, Passage)], new AnswerOptions { Count = 5, MaxAnswerTokens = 4 }))[0];
        var (expected, noAnswer) = Reference(model, maxTokens: 4);
        found.Windows.ShouldBe(1);
        ((double)found.NoAnswerScore).ShouldBe(noAnswer, 1e-6);
        found.Answers.Count.ShouldBe(5);
        for (var i = 0; i < 5; i++)
        {
            found.Answers[i].Span.ShouldBe(expected[i].Span);
            ((double)found.Answers[i].Score).ShouldBe(expected[i].Score, 1e-6);
            found.Answers[i].Text.ShouldBe(Passage[found.Answers[i].Span.Start..found.Answers[i].Span.End]);
        }
    }

    [Fact]
    public async Task A_long_text_is_read_in_windows_and_answers_have_their_places_in_the_whole()
    {
        using var model = _folder.Load();
        var text = string.Join(' ', Enumerable.Range(0, 40).Select(i => $"Shop {i} is in street {i * 7}."));
        var found = await model.QuestionAnswerer!.AnswerAsync(
            [new TextPair(Question, Passage), new TextPair(Question, text)], new AnswerOptions { Count = 100, Overlap = 16 });
        found[0].Windows.ShouldBe(1);
        found[1].Windows.ShouldBeGreaterThan(5);
        found[1].Answers.Select(answer => answer.Span).Distinct().Count().ShouldBe(found[1].Answers.Count);
        found[1].Answers.Select(answer => answer.Score).ShouldBeInOrder(SortDirection.Descending);
        found[1].Answers.Select(answer => answer.Span.Start / 200).Distinct().Count().ShouldBeGreaterThan(1); // From several windows.
        found[1].Answers.ShouldAllBe(answer => text.Substring(answer.Span.Start, answer.Span.Length) == answer.Text);
    }

    [Fact]
    public void Windows_cover_every_token_and_overlap_as_asked()
    {
        using var model = _folder.Load();
        var pair = model.Tokenizer.EncodePair(Question, string.Join(' ', Enumerable.Range(0, 60)));
        var total = pair.Sources.Count(source => source == 1);
        foreach (var overlap in new[] { 0, 5, 1000 })
        {
            var windows = AnswerWindow.Cut(0, pair, 2, 40, overlap).ToList();
            windows.ShouldAllBe(window => window.Input.Ids.Length <= 40 && window.Input.Types.Length == window.Input.Ids.Length);
            windows.SelectMany(window => Enumerable.Range(window.First, window.Length)).Distinct().Count().ShouldBe(total);
            (windows[^1].First + windows[^1].Length).ShouldBe(total);
            for (var i = 1; i < windows.Count; i++)
            {
                (windows[i - 1].First + windows[i - 1].Length - windows[i].First).ShouldBe(Math.Min(overlap, windows[0].Length / 2));
            }
        }
    }

    [Fact]
    public async Task Questions_and_options_that_cannot_be_are_refused()
    {
        using var model = _folder.Load();
        var answerer = model.QuestionAnswerer!;
        (await Should.ThrowAsync<ModelException>(() => answerer.AnswerAsync([new TextPair(Question)]))).Code.ShouldBe("RUN0604");
        (await Should.ThrowAsync<ModelException>(() => answerer.AnswerAsync([new TextPair(Question, Passage)], new AnswerOptions { Count = 0 }))).Code.ShouldBe("RUN0604");
        var endless = string.Concat(Enumerable.Repeat("where ", 80));
        (await Should.ThrowAsync<ModelException>(() => answerer.AnswerAsync([new TextPair(endless, Passage)]))).Code.ShouldBe("RUN0301");
    }

    /// <summary>Every span, written down from the formula.</summary>
    private static (List<(TextSpan Span, double Score)> Spans, double NoAnswer) Reference(EncoderModel model, int maxTokens)
    {
        var pair = model.Tokenizer.EncodePair(Question, Passage);
        var logits = EncoderFolder.Results(model, EncoderOutput.Head, Question, Passage);
        int[] allowed = [0, .. Enumerable.Range(0, pair.Ids.Count).Where(token => pair.Sources[token] == 1)];
        var begins = Softmax(allowed.Select(token => (double)logits[token][0]));
        var ends = Softmax(allowed.Select(token => (double)logits[token][1]));
        var spans = new List<(TextSpan, double Score)>();
        for (var first = 1; first < allowed.Length; first++)
        {
            for (var last = first; last < Math.Min(allowed.Length, first + maxTokens); last++)
            {
                spans.Add((pair.Between(allowed[first], allowed[last]), begins[first] * ends[last]));
            }
        }

        return ([.. spans.OrderByDescending(span => span.Score)], begins[0] * ends[0]);
    }

    private static double[] Softmax(IEnumerable<double> logits)
    {
        var values = logits.Select(Math.Exp).ToArray();
        return [.. values.Select(value => value / values.Sum())];
    }
}
