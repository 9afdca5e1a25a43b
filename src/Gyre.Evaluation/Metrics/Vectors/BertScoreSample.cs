using Gyre.Contracts;

namespace Gyre.Evaluation.Metrics.Vectors;

/// <summary>A text's token vectors and those of its references.</summary>
public readonly record struct BertScoreSample(TokenVectors Candidate, IReadOnlyList<TokenVectors> References);
