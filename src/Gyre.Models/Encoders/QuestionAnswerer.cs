using Gyre.Models.Architectures;
using Gyre.Models.Tokenizers;

namespace Gyre.Models.Encoders;

/// <summary>Finds the answer to a question in a text.</summary>
/// <remarks>
/// A text that is too long is read in windows that overlap. In each, the probabilities of beginnings and of ends are
/// softmaxes over the window's text and the first token, which stands for no answer.
/// <para>Owns: nothing; it ends with its model. Safe for several threads.</para>
/// <para>Source: Devlin et al. 2018 (BERT), section 4.2 and 4.3.</para>
/// </remarks>
public sealed class QuestionAnswerer
{
    private const string Answering = "Answering questions";
    private const int MostAnswers = 100;
    private readonly EncoderRunner _runner;
    private readonly ITokenizer _tokenizer;
    private readonly EncoderConfiguration _configuration;

    internal QuestionAnswerer(EncoderRunner runner, ITokenizer tokenizer, EncoderConfiguration configuration) =>
        (_runner, _tokenizer, _configuration) = (runner, tokenizer, configuration);

    /// <summary>A question and its text as a model reads them, in training as later: tokens, and types that mark the passage where the model was made for them.</summary>
    /// <param name="configuration">The model's choices (<see cref="EncoderConfiguration.MarksPassages"/>).</param>
    /// <param name="tokenizer">Its vocabulary.</param>
    /// <param name="question">The question.</param>
    /// <param name="text">The text that may answer it.</param>
    /// <remarks>
    /// Marked, the question's tokens are of type 0, the text's of 1 + mark + 8 · shape. Mark: 1 for a word that the question has
    /// too, 2 more in the sentence that shares most, 4 more where a question for a time, a number or a name meets a word of that
    /// shape. Shape: 0 punctuation and common words, 1 other words, 2 capitalised
    /// ones, 3 those with a digit, 4 years.
    /// </remarks>
    public static EncodedPair Encode(EncoderConfiguration configuration, ITokenizer tokenizer, string question, string text)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        ArgumentNullException.ThrowIfNull(tokenizer);
        ArgumentNullException.ThrowIfNull(question);
        ArgumentNullException.ThrowIfNull(text);
        var pair = tokenizer.EncodePair(question, text);
        return configuration.MarksPassages ? PassageMarks.Mark(pair, question, text) : pair;
    }

    /// <summary>Finds answers.</summary>
    /// <param name="questions">Each question (first) with the text that may answer it (second).</param>
    /// <param name="options">Null for the defaults.</param>
    /// <param name="cancellationToken">Ends the work early.</param>
    /// <returns>One result a question, in their order.</returns>
    /// <remarks>Errors: <see cref="ModelException"/> <c>RUN0301</c> a question that leaves no room for the text, <c>RUN0604</c> an option that cannot be.</remarks>
    public Task<IReadOnlyList<TextAnswers>> AnswerAsync(IReadOnlyList<TextPair> questions, AnswerOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(questions);
        var wanted = options ?? new AnswerOptions();
        if (wanted.Count is < 1 or > MostAnswers || wanted.MaxAnswerTokens < 1 || wanted.Overlap < 0)
        {
            throw EncoderErrors.BadOption(
                Answering,
                $"{wanted.Count} answers of {wanted.MaxAnswerTokens} tokens with an overlap of {wanted.Overlap} were asked for",
                $"1 to {MostAnswers} answers, 1 token or more, an overlap of 0 or more");
        }

        if (questions.Any(question => question.Second is null))
        {
            throw EncoderErrors.BadOption(Answering, "a question came without a text", "a text with each question");
        }

        return Task.Run(() => Answer(questions, wanted, cancellationToken), cancellationToken);
    }

    private IReadOnlyList<TextAnswers> Answer(IReadOnlyList<TextPair> questions, AnswerOptions options, CancellationToken cancellationToken)
    {
        var pairs = questions.Select(question => Encode(_configuration, _tokenizer, question.First, question.Second!)).ToList(); // Checked at the door.
        var windows = pairs.SelectMany((pair, i) => AnswerWindow.Cut(i, pair, _runner.Encoder.TokenTypes, _runner.MaxTokens, options.Overlap)).ToList();
        var found = new (List<(float Score, int First, int Last)> Best, float NoAnswer)[windows.Count];
        _runner.Run(windows.ConvertAll(window => window.Input), EncoderOutput.Head, Take, cancellationToken);
        return [.. questions.Select((_, i) => Join(i))];

        void Take(int index, ReadOnlySpan<float> rows) => found[index] = Best(windows[index], rows, options);

        TextAnswers Join(int question)
        {
            int[] own = [.. Enumerable.Range(0, windows.Count).Where(index => windows[index].Question == question)];
            var (pair, text) = (pairs[question], questions[question].Second!); // Checked at the door.
            var answers = own.SelectMany(index => found[index].Best.Select(best => (best.Score, Span: SpanOf(pair, windows[index], best.First, best.Last))))
                .GroupBy(answer => answer.Span)
                .Select(same => new TextAnswer(same.Key.Of(text).ToString(), same.Key, same.Max(answer => answer.Score)))
                .OrderByDescending(answer => answer.Score).ThenBy(answer => answer.Span.Start).ThenBy(answer => answer.Span.End)
                .Take(options.Count);
            return new TextAnswers([.. answers], own.Min(index => found[index].NoAnswer), own.Length);
        }
    }

    private static TextSpan SpanOf(EncodedPair pair, AnswerWindow window, int first, int last) =>
        pair.Between(window.Before + window.First + first, window.Before + window.First + last);

    /// <summary>The best spans of a window's part of the text, by their tokens, and the score of there being none.</summary>
    private static (List<(float Score, int First, int Last)> Best, float NoAnswer) Best(AnswerWindow window, ReadOnlySpan<float> rows, AnswerOptions options)
    {
        var (begins, ends) = (Read(0, rows), Read(1, rows));
        var best = new PriorityQueue<(float Score, int First, int Last), (float, int, int)>();
        for (var first = 0; first < window.Length; first++)
        {
            var end = Math.Min(window.Length, (int)Math.Min(int.MaxValue, (long)first + options.MaxAnswerTokens));
            for (var last = first; last < end; last++)
            {
                var score = begins[first + 1] * ends[last + 1];

                // The worst goes first: the least score, of equal ones that which stands last.
                best.Enqueue((score, first, last), (score, -first, -last));
                if (best.Count > options.Count)
                {
                    best.Dequeue();
                }
            }
        }

        return ([.. best.UnorderedItems.Select(item => item.Element)], begins[0] * ends[0]);

        float[] Read(int column, ReadOnlySpan<float> logits)
        {
            // The first token, then those of the text.
            var values = new float[window.Length + 1];
            values[0] = logits[column];
            for (var i = 0; i < window.Length; i++)
            {
                values[i + 1] = logits[(2 * (window.Before + i)) + column];
            }

            Probabilities.Softmax(values);
            return values;
        }
    }
}
