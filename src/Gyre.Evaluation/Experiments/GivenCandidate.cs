using Gyre.Contracts;
using Gyre.Evaluation.Replies;

namespace Gyre.Evaluation.Experiments;

/// <summary>A candidate whose answers stand in the dataset: outputs that were made elsewhere.</summary>
public sealed class GivenCandidate : ICandidate
{
    private readonly string _fact;

    /// <summary>Names the answers.</summary>
    /// <param name="name">What tables call the candidate.</param>
    /// <param name="fact">The fact of each row that holds its answer; a row without it is a failed call.</param>
    public GivenCandidate(string name, string fact)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentException.ThrowIfNullOrWhiteSpace(fact);
        (Name, _fact) = (name, fact);
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public string Digest => $"given {_fact}";

    /// <inheritdoc/>
    /// <exception cref="EvaluationException">EVA0018: the row has no answer.</exception>
    public Task<Reply> AnswerAsync(DatasetRow row, int sample, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(row);
        return row.Facts.TryGetValue(_fact, out var text)
            ? Task.FromResult(new Reply(text, TimeSpan.Zero))
            : throw new EvaluationException("EVA0018", $"Reading a given answer failed: the row '{row.Id}' has no '{_fact}'. Complete the column, or leave the row out.");
    }
}
