using Gyre.Contracts;
using Gyre.Models.Tokenizers;
using Gyre.Tensors;
using Gyre.Training.Alignment.Pairs;
using Gyre.Training.Alignment.Tasks;

namespace Gyre.Training.Alignment.Policies;

/// <summary>What a <see cref="PolicyTask"/> works with; everything stays its giver's.</summary>
internal sealed record PolicyParts
{
    public required PolicyOptions Options { get; init; }

    public required SequenceScorer Policy { get; init; }

    /// <summary>[1, C] with a value head, else null.</summary>
    public required Tensor? ValueHead { get; init; }

    /// <summary>ln reference of every token of each answer, at a temperature.</summary>
    public required Func<IReadOnlyList<EncodedAnswer>, float, double[][]> Reference { get; init; }

    public required AnswerSampler Sampler { get; init; }

    public required IAnswerReward Reward { get; init; }

    public required IReadOnlyList<(TaskPrompt Task, int[] Ids)> Train { get; init; }

    public required IReadOnlyList<(TaskPrompt Task, int[] Ids)> HeldOut { get; init; }

    public required ITokenizer Tokenizer { get; init; }

    /// <summary>Tokens that end an answer.</summary>
    public required IReadOnlyList<int> EndIds { get; init; }

    /// <summary>Answers a pass.</summary>
    public required int Rows { get; init; }

    public required SeededRandom Random { get; init; }
}
