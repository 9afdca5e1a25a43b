using System.Numerics;
using System.Text;
using Gyre.Contracts;

namespace Gyre.Evaluation.Judges.Trained;

/// <summary>Turns an answer into numbers: what scorers say of it, whether they say anything, its length, its hashed words.</summary>
internal sealed class AutoraterFeatures
{
    private readonly IReadOnlyList<IScorer> _scorers;
    private readonly int _hashed;

    public AutoraterFeatures(IReadOnlyList<IScorer> scorers, int hashed)
    {
        (_scorers, _hashed) = (scorers, hashed);
        Names = [.. scorers.SelectMany(scorer => new[] { scorer.Name, $"{scorer.Name} is undefined" }), "ln(1 + letters)", .. Enumerable.Range(0, hashed).Select(i => $"words {i}")];
    }

    public IReadOnlyList<string> Names { get; }

    /// <summary>Places that are standardised; hashed words are not, for most are 0.</summary>
    public int Standardised => Names.Count - _hashed;

    public async Task<double[]> OfAsync(DatasetRow row, string output, CancellationToken cancellationToken)
    {
        var features = new double[Names.Count];
        for (var i = 0; i < _scorers.Count; i++)
        {
            var score = await _scorers[i].ScoreAsync(row, output, cancellationToken);
            (features[2 * i], features[(2 * i) + 1]) = score.Value is { } value ? (value, 0.0) : (0.0, 1.0);
        }

        features[2 * _scorers.Count] = Math.Log(1 + output.Length);
        if (_hashed > 0)
        {
            Hash(output, features.AsSpan(Standardised));
        }

        return features;
    }

    /// <summary>Counts with signs that a hash decides, scaled to length 1.</summary>
    /// <remarks>Source: K. Weinberger et al., "Feature Hashing for Large Scale Multitask Learning", 2009.</remarks>
    private static void Hash(string text, Span<double> destination)
    {
        string? before = null;
        foreach (var word in text.ToLowerInvariant().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
        {
            Add(word, destination);
            if (before is not null)
            {
                Add(before + " " + word, destination);
            }

            before = word;
        }

        var length = 0.0;
        foreach (var value in destination)
        {
            length += value * value;
        }

        for (var i = 0; length > 0 && i < destination.Length; i++)
        {
            destination[i] /= Math.Sqrt(length);
        }
    }

    private static void Add(string words, Span<double> destination)
    {
        var hash = 14695981039346656037UL; // FNV-1a of 64 bits.
        foreach (var value in Encoding.UTF8.GetBytes(words))
        {
            hash = (hash ^ value) * 1099511628211UL;
        }

        hash ^= BitOperations.RotateRight(hash, 32);
        destination[(int)((hash >> 1) % (ulong)destination.Length)] += (hash & 1) == 0 ? 1 : -1;
    }
}
