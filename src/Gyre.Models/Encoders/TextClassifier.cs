using Gyre.Models.Architectures;
using Gyre.Models.Tokenizers;

namespace Gyre.Models.Encoders;

/// <summary>Says which of a model's labels a text has.</summary>
/// <remarks>
/// Probabilities are by softmax where one label holds, by the logistic function where each may, as the model's
/// <c>problem_type</c> says; a regression gives its value.
/// <para>Owns: nothing; it ends with its model. Safe for several threads.</para>
/// </remarks>
public sealed class TextClassifier
{
    private readonly EncoderRunner _runner;
    private readonly TextReader _reader;
    private readonly ClassificationProblem _problem;

    internal TextClassifier(EncoderRunner runner, ITokenizer tokenizer, EncoderConfiguration configuration)
    {
        (_runner, _reader, _problem, Labels) = (runner, new TextReader(runner, tokenizer), configuration.Problem, configuration.Labels);
    }

    /// <summary>The labels in the model's order.</summary>
    public IReadOnlyList<string> Labels { get; }

    /// <summary>Classifies texts, or pairs of texts.</summary>
    /// <returns>One result a text, in their order.</returns>
    /// <remarks>Errors: <see cref="ModelException"/> <c>RUN0115</c>, <c>RUN0116</c> or <c>RUN0307</c> when the tokenizer cannot.</remarks>
    public Task<IReadOnlyList<TextLabels>> ClassifyAsync(IReadOnlyList<TextPair> texts, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(texts);
        return Task.Run(() => Classify(texts, cancellationToken), cancellationToken);
    }

    /// <summary>Classifies texts.</summary>
    /// <returns>One result a text, in their order.</returns>
    public Task<IReadOnlyList<TextLabels>> ClassifyAsync(IEnumerable<string> texts, CancellationToken cancellationToken = default) =>
        ClassifyAsync([.. texts.Select(text => new TextPair(text))], cancellationToken);

    private IReadOnlyList<TextLabels> Classify(IReadOnlyList<TextPair> texts, CancellationToken cancellationToken)
    {
        var read = texts.Select(text => _reader.Read(text)).ToList();
        var results = new TextLabels[texts.Count];
        var types = _runner.Encoder.TokenTypes;
        _runner.Run(read.ConvertAll(text => EncoderInput.First(text.Text, types)), EncoderOutput.Head, Take, cancellationToken);
        return results;

        void Take(int index, ReadOnlySpan<float> logits)
        {
            var scores = Probabilities.Of(_problem, logits).Select((score, label) => new LabelScore(Labels[label], score));
            results[index] = new TextLabels([.. scores.OrderByDescending(score => score.Score)], read[index].Text.Ids.Count, read[index].IsCut);
        }
    }
}
