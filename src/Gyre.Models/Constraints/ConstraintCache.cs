using System.Collections.Concurrent;

namespace Gyre.Models.Constraints;

/// <summary>The newest constraints that answers were asked to obey, compiled: their token masks are shared by all answers.</summary>
/// <param name="most">How many are kept.</param>
/// <remarks>Safe for several threads.</remarks>
public sealed class ConstraintCache(int most)
{
    /// <summary>Keys longer than this are not worth the memory.</summary>
    private const int MostKey = 64 * 1024;

    private readonly ConcurrentDictionary<string, Constraint> _known = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<string> _order = new();

    /// <summary>The constraint of a key, made when it is not known.</summary>
    /// <param name="key">All that it is made of.</param>
    /// <param name="create">Makes it; what it throws is passed on, and nothing is kept.</param>
    public Constraint Get(string key, Func<Constraint> create)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(create);
        if (_known.TryGetValue(key, out var known))
        {
            return known;
        }

        var made = create();
        if (key.Length <= MostKey && _known.TryAdd(key, made))
        {
            _order.Enqueue(key);
            while (_known.Count > most && _order.TryDequeue(out var oldest))
            {
                _known.TryRemove(oldest, out _);
            }
        }

        return made;
    }
}
