using System.Numerics;
using Gyre.Tensors;

namespace Gyre.Models.Generation;

/// <summary>
/// The tokens that may still be chosen, with their logits. Filters shrink it; nothing is allocated after construction.
/// </summary>
/// <remarks>
/// The order of equal logits is by id, and every step is a fixed algorithm on fixed data, so the same logits and seed
/// give the same token on every machine.
/// </remarks>
internal sealed class CandidateSet(int vocabularySize)
{
    private readonly int[] _ids = new int[vocabularySize];
    private readonly float[] _logits = new float[vocabularySize];
    private readonly double[] _weights = new double[vocabularySize];
    private float[]? _source;

    public int Count { get; private set; }

    public ReadOnlySpan<int> Ids => _ids.AsSpan(0, Count);

    public ReadOnlySpan<float> Logits => _logits.AsSpan(0, Count);

    /// <summary>Starts again from all tokens.</summary>
    [HotPath]
    public void Load(ReadOnlySpan<float> logits)
    {
        logits.CopyTo(_logits);
        for (var i = 0; i < logits.Length; i++)
        {
            _ids[i] = i;
        }

        Count = logits.Length;
    }

    /// <summary>Starts again from the tokens whose bits are set; at least one of them below the number of logits.</summary>
    [HotPath]
    public void Load(ReadOnlySpan<float> logits, ReadOnlySpan<ulong> mask)
    {
        var count = 0;
        for (var word = 0; word < mask.Length; word++)
        {
            for (var bits = mask[word]; bits != 0; bits &= bits - 1)
            {
                var id = (word << 6) + BitOperations.TrailingZeroCount(bits);
                if (id >= logits.Length)
                {
                    break;
                }

                _ids[count] = id;
                _logits[count++] = logits[id];
            }
        }

        Count = count;
    }

    [HotPath]
    public void Scale(float factor)
    {
        for (var i = 0; i < Count; i++)
        {
            _logits[i] *= factor;
        }
    }

    /// <summary>Keeps the k largest logits; equal logits at the border are all kept, as the reference does.</summary>
    [HotPath]
    public void KeepTopK(int k)
    {
        if (k >= Count)
        {
            return;
        }

        Select(k);
        var smallest = float.PositiveInfinity;
        for (var i = 0; i < k; i++)
        {
            smallest = Math.Min(smallest, _logits[i]);
        }

        var kept = k;
        for (var i = k; i < Count; i++)
        {
            if (_logits[i] == smallest)
            {
                Swap(kept++, i);
            }
        }

        Count = kept;
    }

    /// <summary>Keeps the smallest set of most likely tokens whose probability reaches <paramref name="mass"/>; at least one.</summary>
    [HotPath]
    public void KeepTopP(float mass)
    {
        var total = ComputeWeights(out _);

        // Tokens below this probability sum to less than 1 − mass, so they can never be in the set: sorting skips them.
        var floor = (1.0 - mass) / Count * total;
        var kept = 0;
        for (var i = 0; i < Count; i++)
        {
            if (_weights[i] >= floor)
            {
                _weights[kept] = _weights[i];
                Swap(kept++, i);
            }
        }

        SortDescending(kept);
        ComputeWeights(kept);
        var cumulative = 0.0;
        var last = 0;
        while (last < kept)
        {
            cumulative += _weights[last++];
            if (cumulative >= mass * total)
            {
                break;
            }
        }

        Count = Math.Max(last, 1);
    }

    /// <summary>Drops tokens less likely than <paramref name="share"/> of the most likely one.</summary>
    [HotPath]
    public void KeepMinP(float share)
    {
        var threshold = LogitScan.Max(Logits) + MathF.Log(share);
        var kept = 0;
        for (var i = 0; i < Count; i++)
        {
            if (_logits[i] >= threshold)
            {
                Swap(kept++, i);
            }
        }

        Count = Math.Max(kept, 1);
    }

    /// <summary>
    /// Keeps the tokens whose information is nearest to the distribution's entropy until their probability reaches
    /// <paramref name="mass"/>. Source: Meister et al., "Locally Typical Sampling", 2023.
    /// </summary>
    [HotPath]
    public void KeepTypical(float mass)
    {
        var total = ComputeWeights(out var maximum);
        var logTotal = Math.Log(total);
        var entropy = 0.0;
        for (var i = 0; i < Count; i++)
        {
            if (_weights[i] > 0)
            {
                entropy -= _weights[i] / total * (_logits[i] - maximum - logTotal);
            }
        }

        // Keys: distance of each token's information from the entropy, smallest first.
        for (var i = 0; i < Count; i++)
        {
            _weights[i] = Math.Abs(-(_logits[i] - maximum - logTotal) - entropy);
        }

        Array.Sort(_weights, _ids, 0, Count);
        ReloadSortedLogits();
        var cumulative = 0.0;
        var last = 0;
        while (last < Count)
        {
            cumulative += Math.Exp(_logits[last++] - maximum - logTotal);
            if (cumulative >= mass)
            {
                break;
            }
        }

        Count = Math.Max(last, 1);
    }

    /// <summary>Draws one token in proportion to its probability.</summary>
    [HotPath]
    public int Draw(double uniform)
    {
        var target = uniform * ComputeWeights(out _);
        for (var i = 0; i < Count; i++)
        {
            target -= _weights[i];
            if (target < 0)
            {
                return _ids[i];
            }
        }

        return _ids[Count - 1];
    }

    private void ReloadSortedLogits()
    {
        // Array.Sort moved the ids; fetch their logits again from a copy indexed by id.
        var source = _source ??= new float[_ids.Length];
        for (var i = 0; i < Count; i++)
        {
            _logits[i] = source[_ids[i]];
        }
    }

    /// <summary>Remembers each candidate's logit by its id, so that a sort by another key can bring them along.</summary>
    [HotPath]
    public void RememberLogits()
    {
        var source = _source ??= new float[_ids.Length];
        for (var i = 0; i < Count; i++)
        {
            source[_ids[i]] = _logits[i];
        }
    }

    private double ComputeWeights(out float maximum)
    {
        maximum = LogitScan.Max(Logits);
        return WeightsFrom(maximum, Count);
    }

    private void ComputeWeights(int count) => WeightsFrom(_logits[0], count);

    private double WeightsFrom(float maximum, int count)
    {
        var total = 0.0;
        for (var i = 0; i < count; i++)
        {
            var weight = Math.Exp((double)_logits[i] - maximum);
            _weights[i] = weight;
            total += weight;
        }

        return total;
    }

    private void Swap(int i, int j)
    {
        (_ids[i], _ids[j]) = (_ids[j], _ids[i]);
        (_logits[i], _logits[j]) = (_logits[j], _logits[i]);
    }

    private bool Precedes(int i, float logit, int id) => _logits[i] > logit || (_logits[i] == logit && _ids[i] < id);

    /// <summary>Brings the k largest logits to the front in any order (Hoare's selection, middle pivot).</summary>
    private void Select(int k)
    {
        var low = 0;
        var high = Count - 1;
        while (low < high)
        {
            var middle = low + ((high - low) >> 1);
            var (pivotLogit, pivotId) = (_logits[middle], _ids[middle]);
            var i = low;
            var j = high;
            while (i <= j)
            {
                while (Precedes(i, pivotLogit, pivotId))
                {
                    i++;
                }

                while (pivotLogit > _logits[j] || (pivotLogit == _logits[j] && pivotId < _ids[j]))
                {
                    j--;
                }

                if (i <= j)
                {
                    Swap(i++, j--);
                }
            }

            if (k - 1 <= j)
            {
                high = j;
            }
            else if (k - 1 >= i)
            {
                low = i;
            }
            else
            {
                return;
            }
        }
    }

    /// <summary>Sorts the first <paramref name="count"/> candidates, largest logit first (heap sort: no allocation, n log n always).</summary>
    private void SortDescending(int count)
    {
        for (var start = (count >> 1) - 1; start >= 0; start--)
        {
            SiftDown(start, count);
        }

        for (var end = count - 1; end > 0; end--)
        {
            Swap(0, end);
            SiftDown(0, end);
        }
    }

    /// <summary>Keeps the last candidate in descending order at the root, so that extraction fills from the back.</summary>
    private void SiftDown(int root, int count)
    {
        while (true)
        {
            var child = (2 * root) + 1;
            if (child >= count)
            {
                return;
            }

            if (child + 1 < count && Precedes(child, _logits[child + 1], _ids[child + 1]))
            {
                child++;
            }

            if (!Precedes(root, _logits[child], _ids[child]))
            {
                return;
            }

            Swap(root, child);
            root = child;
        }
    }
}
