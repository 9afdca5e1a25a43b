using System.Runtime.InteropServices;

namespace Gyre.Evaluation.Experiments;

/// <summary>Counts what a candidate's calls took.</summary>
internal sealed class CandidateTally(ICandidate candidate, int rows)
{
    private readonly List<float> _seconds = new(rows);
    private long _rows;
    private long _failed;
    private long _kept;
    private long _input;
    private long _output;
    private long _cut;
    private bool _lacksTokens;

    public long Failed => _failed;

    public long Kept => _kept;

    public void Add(CandidateOutcome outcome)
    {
        _rows++;
        _kept += outcome.IsKept ? 1 : 0;
        if (outcome.Reply is not { } reply)
        {
            _failed++;
            return;
        }

        _seconds.Add((float)reply.Duration.TotalSeconds);
        _lacksTokens |= reply.InputTokens is null || reply.OutputTokens is null;
        _input += reply.InputTokens ?? 0;
        _output += reply.OutputTokens ?? 0;
        _cut += reply.FinishReason == "length" ? 1 : 0;
    }

    public CandidateSummary Summarize()
    {
        var seconds = CollectionsMarshal.AsSpan(_seconds);
        seconds.Sort();
        decimal? cost = candidate.PricePerMillion is { } price && !_lacksTokens ? ((_input * price.Input) + (_output * price.Output)) / 1_000_000m : null;
        return new CandidateSummary(
            candidate.Name, candidate.Digest, _rows, _failed, _kept, _input, _output, cost, Quantile(seconds, 0.5), Quantile(seconds, 0.95), _cut);
    }

    // Nearest rank.
    private static double? Quantile(ReadOnlySpan<float> sorted, double share) =>
        sorted.IsEmpty ? null : sorted[Math.Max(0, (int)Math.Ceiling(share * sorted.Length) - 1)];
}
