using System.Buffers;
using System.Text;

namespace Gyre.Evaluation.Metrics.Edits;

/// <summary>A text as its Unicode scalar values. Half of a surrogate pair counts as one U+FFFD.</summary>
/// <remarks>Owns a rented buffer until disposed.</remarks>
internal ref struct ScalarText : IDisposable
{
    private readonly int[] _rented;
    private readonly int _count;

    public ScalarText(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        _rented = ArrayPool<int>.Shared.Rent(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            _rented[_count++] = rune.Value;
        }
    }

    public readonly ReadOnlySpan<int> Values => _rented.AsSpan(0, _count);

    public readonly void Dispose() => ArrayPool<int>.Shared.Return(_rented);
}
