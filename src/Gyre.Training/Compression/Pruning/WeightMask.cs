using System.Collections;

namespace Gyre.Training.Compression.Pruning;

/// <summary>Which weights of a matrix are kept at zero.</summary>
internal sealed class WeightMask
{
    private readonly BitArray _removed;

    /// <param name="name">The matrix.</param>
    /// <param name="length">Its numbers.</param>
    public WeightMask(string name, int length) => (Name, _removed) = (name, new BitArray(length));

    public string Name { get; }

    public int Length => _removed.Length;

    public long Removed { get; private set; }

    public bool this[int index] => _removed[index];

    public void Remove(int index)
    {
        if (!_removed[index])
        {
            _removed[index] = true;
            Removed++;
        }
    }

    /// <summary>Sets what is removed to zero.</summary>
    public void Apply(Span<float> values)
    {
        for (var i = 0; i < values.Length; i++)
        {
            if (_removed[i])
            {
                values[i] = 0f;
            }
        }
    }

    /// <summary>The zeros of a matrix as a mask.</summary>
    public static WeightMask OfZeros(string name, ReadOnlySpan<float> values)
    {
        var mask = new WeightMask(name, values.Length);
        for (var i = 0; i < values.Length; i++)
        {
            if (values[i] == 0f)
            {
                mask.Remove(i);
            }
        }

        return mask;
    }
}
