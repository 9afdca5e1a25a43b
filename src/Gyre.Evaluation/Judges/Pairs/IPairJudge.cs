using Gyre.Contracts;

namespace Gyre.Evaluation.Judges.Pairs;

/// <summary>Says which of two answers to a row is better. Safe for several threads.</summary>
public interface IPairJudge
{
    /// <summary>The stable name that recipes and tables use.</summary>
    string Name { get; }

    /// <summary>The models that judge, by name: when one of them also wrote answers, its preference for itself is a question.</summary>
    IReadOnlyList<string> Models { get; }

    /// <summary>Compares two answers.</summary>
    Task<PairVerdict> CompareAsync(DatasetRow row, string first, string second, CancellationToken cancellationToken);
}
