namespace Gyre.Evaluation.Metrics.Overlap;

/// <summary>Tercom's search: as long as a shift of a run of words lessens the edit distance, the one that lessens it most.</summary>
/// <remarks>Order, heuristics and limits are the source's, so that its numbers come out where they decide.</remarks>
internal sealed class TerShifts
{
    private const int LongestShift = 10;
    private const int FarthestShift = 50;
    private const int MostTried = 1000;
    private readonly BandedDistance _distance = new();
    private readonly IntBuffer _words = new();
    private readonly IntBuffer _trial = new();
    private readonly IntBuffer _best = new();
    private readonly IntBuffer _candidateErrors = new(); // How many errors stand before each position.
    private readonly IntBuffer _referenceErrors = new();
    private readonly IntBuffer _alignment = new();
    private int _tried;

    public int Capacity => _distance.Capacity + _words.Capacity + _trial.Capacity + _alignment.Capacity;

    /// <summary>The least edits found: shifts, and the distance after them.</summary>
    public int Edits(ReadOnlySpan<int> candidate, ReadOnlySpan<int> reference)
    {
        if (reference.IsEmpty)
        {
            return candidate.Length;
        }

        var words = _words.Resize(candidate.Length);
        candidate.CopyTo(words);
        _tried = 0;
        for (var shifts = 0; ; shifts++)
        {
            var distance = _distance.Set(words, reference);
            var gain = distance == 0 ? 0 : BestShift(words, reference, distance);
            if (_tried >= MostTried || gain <= 0)
            {
                return shifts + distance;
            }

            _best.Span.CopyTo(words);
        }
    }

    // The gain of the best shift, whose result is left in _best; 0 when there is none.
    private int BestShift(ReadOnlySpan<int> words, ReadOnlySpan<int> reference, int distance)
    {
        var candidateErrors = _candidateErrors.Resize(words.Length + 1);
        var referenceErrors = _referenceErrors.Resize(reference.Length + 1);
        var alignment = _alignment.Resize(reference.Length);
        _distance.Align(alignment, candidateErrors, referenceErrors);
        var best = (Gain: int.MinValue, Length: 0, Start: 0, Target: 0);
        for (var start = 0; start < words.Length; start++)
        {
            var last = Math.Min(reference.Length - 1, start + FarthestShift);
            for (var target = Math.Max(0, start - FarthestShift); target <= last; target++)
            {
                for (var length = 1; length <= LongestShift && words[start + length - 1] == reference[target + length - 1]; length++)
                {
                    if (candidateErrors[start + length] > candidateErrors[start] && referenceErrors[target + length] > referenceErrors[target]
                        && !(start <= alignment[target] && alignment[target] < start + length))
                    {
                        Try(words, distance, (start, target, length), alignment, ref best);
                        if (_tried >= MostTried)
                        {
                            return Math.Max(0, best.Gain);
                        }
                    }

                    if (start + length == words.Length || target + length == reference.Length)
                    {
                        break;
                    }
                }
            }
        }

        return Math.Max(0, best.Gain);
    }

    private void Try(
        ReadOnlySpan<int> words, int distance, (int Start, int Target, int Length) run, ReadOnlySpan<int> alignment, ref (int Gain, int Length, int Start, int Target) best)
    {
        var previous = -1;
        for (var offset = -1; offset < run.Length; offset++)
        {
            var position = run.Target + offset;
            if (position >= alignment.Length)
            {
                return; // Past the reference.
            }

            var index = position < 0 ? 0 : alignment[position] + 1;
            if (index == previous)
            {
                continue;
            }

            previous = index;
            var trial = _trial.Resize(words.Length);
            Shift(words, run.Start, run.Length, index, trial);
            var gain = distance - _distance.Of(trial);
            _tried++;

            // Most gain first, then the longest run, then the earliest, then the earliest place.
            if ((gain, run.Length, -run.Start, -index).CompareTo((best.Gain, best.Length, -best.Start, -best.Target)) > 0)
            {
                best = (gain, run.Length, run.Start, index);
                trial.CopyTo(_best.Resize(words.Length));
            }
        }
    }

    private static void Shift(ReadOnlySpan<int> words, int start, int length, int target, Span<int> destination)
    {
        var run = words.Slice(start, length);
        if (target < start)
        {
            words[..target].CopyTo(destination);
            run.CopyTo(destination[target..]);
            words[target..start].CopyTo(destination[(target + length)..]);
            words[(start + length)..].CopyTo(destination[(start + length)..]);
            return;
        }

        // After the run, or within what it leaves behind: the words between move to the front of it.
        var end = target > start + length ? target : Math.Min(words.Length, length + target);
        var between = words[(start + length)..end];
        words[..start].CopyTo(destination);
        between.CopyTo(destination[start..]);
        run.CopyTo(destination[(start + between.Length)..]);
        words[end..].CopyTo(destination[end..]);
    }
}
