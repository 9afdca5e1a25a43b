using Gyre.Models.Architectures;
using Gyre.Models.Tokenizers;

namespace Gyre.Models.Encoders;

/// <summary>Finds the parts of a text that have a label: names, places, parts of speech.</summary>
/// <remarks>
/// Neighbouring tokens of one label become one part. A label that begins with <c>B-</c> begins a new part, one with
/// <c>I-</c> goes on; labels without these marks go on as long as they stay the same. <c>O</c> is no part.
/// <para>Owns: nothing; it ends with its model. Safe for several threads.</para>
/// </remarks>
public sealed class TokenClassifier
{
    private const string Outside = "O";
    private readonly EncoderRunner _runner;
    private readonly TextReader _reader;

    internal TokenClassifier(EncoderRunner runner, ITokenizer tokenizer, EncoderConfiguration configuration)
    {
        (_runner, _reader, Labels) = (runner, new TextReader(runner, tokenizer), configuration.Labels);
    }

    /// <summary>The labels in the model's order.</summary>
    public IReadOnlyList<string> Labels { get; }

    /// <summary>Labels the parts of texts.</summary>
    /// <returns>One result a text, in their order.</returns>
    /// <remarks>Errors: <see cref="ModelException"/> <c>RUN0115</c> or <c>RUN0307</c> when the tokenizer cannot.</remarks>
    public Task<IReadOnlyList<TextEntities>> ClassifyAsync(IEnumerable<string> texts, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(texts);
        var all = texts.ToList();
        return Task.Run(() => Classify(all, cancellationToken), cancellationToken);
    }

    private IReadOnlyList<TextEntities> Classify(List<string> texts, CancellationToken cancellationToken)
    {
        var read = texts.ConvertAll(text => _reader.Read(new TextPair(text)));
        var results = new TextEntities[texts.Count];
        var types = _runner.Encoder.TokenTypes;
        _runner.Run(read.ConvertAll(text => EncoderInput.From(text.Text, types)), EncoderOutput.Head, Take, cancellationToken);
        return results;

        void Take(int index, ReadOnlySpan<float> logits)
        {
            var (text, isCut) = read[index];
            var labels = new List<TokenLabel>();
            for (var token = 0; token < text.Ids.Count; token++)
            {
                if (text.Sources[token] == 0)
                {
                    var scores = Probabilities.Of(ClassificationProblem.SingleLabel, logits.Slice(token * Labels.Count, Labels.Count));
                    var best = Array.IndexOf(scores, scores.Max());
                    labels.Add(new TokenLabel(Labels[best], text.Spans[token], scores[best]));
                }
            }

            results[index] = new TextEntities(Join(texts[index], labels), labels, isCut);
        }
    }

    /// <summary>Joins neighbouring tokens that belong together.</summary>
    internal static IReadOnlyList<TextEntity> Join(string text, IReadOnlyList<TokenLabel> tokens)
    {
        var entities = new List<TextEntity>();
        for (var first = 0; first < tokens.Count;)
        {
            var (_, label) = Part(tokens[first].Label);
            var end = first + 1;
            while (end < tokens.Count && Part(tokens[end].Label) is var (begins, next) && !begins && next == label)
            {
                end++;
            }

            if (label != Outside)
            {
                var span = new TextSpan(tokens[first].Span.Start, Math.Max(tokens[first].Span.Start, tokens[end - 1].Span.End));
                entities.Add(new TextEntity(label, span, span.Of(text).ToString(), tokens.Skip(first).Take(end - first).Average(token => token.Score)));
            }

            first = end;
        }

        return entities;
    }

    private static (bool Begins, string Label) Part(string label) =>
        label.StartsWith("B-", StringComparison.Ordinal) ? (true, label[2..])
        : label.StartsWith("I-", StringComparison.Ordinal) ? (false, label[2..])
        : (false, label);
}
