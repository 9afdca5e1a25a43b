using System.Text;

namespace Gyre.Training.Corpus;

/// <summary>Decides which names, values and combinations belong to which split: by a fixed hash, never by a seed.</summary>
internal static class SplitRule
{
    /// <summary>One in this many names, value combinations and compound values is held out.</summary>
    public const int Denominator = 8;

    /// <summary>The split that owns a name or combination of a kind; the same for every seed and version of .NET.</summary>
    public static Split Of(string kind, string value)
    {
        var hash = 14695981039346656037UL;
        foreach (var unit in Encoding.UTF8.GetBytes(kind))
        {
            hash = (hash ^ unit) * 1099511628211UL;
        }

        hash = (hash ^ 0x1F) * 1099511628211UL;
        foreach (var unit in Encoding.UTF8.GetBytes(value))
        {
            hash = (hash ^ unit) * 1099511628211UL;
        }

        hash ^= hash >> 32;
        return hash % Denominator == 0 ? Split.HeldOut : Split.Train;
    }
}
