using System.Globalization;

namespace Gyre.Training.Compression.Pruning;

/// <summary>How many weights go: a share of them, or all but <see cref="Kept"/> of every <see cref="Group"/> neighbours.</summary>
/// <param name="Share">The share that goes, from 0 up to but not including 1.</param>
/// <param name="Kept">Weights kept of each group; 0 for a plain share.</param>
/// <param name="Group">Neighbouring inputs of one output that make a group; 0 for a plain share.</param>
public readonly record struct Sparsity(double Share, int Kept, int Group)
{
    /// <summary>The longest group.</summary>
    public const int MostGroup = 256;

    /// <summary>True for n of m, false for a plain share.</summary>
    public bool IsGrouped => Group > 0;

    /// <summary>A plain share.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not from 0 up to but not including 1.</exception>
    public static Sparsity OfShare(double share) => share is >= 0 and < 1
        ? new Sparsity(share, 0, 0)
        : throw new ArgumentOutOfRangeException(nameof(share), share, "Expected a share from 0 up to but not including 1.");

    /// <summary><paramref name="kept"/> of every <paramref name="group"/> neighbours.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not 1 ≤ kept &lt; group ≤ <see cref="MostGroup"/>.</exception>
    public static Sparsity OfGroups(int kept, int group) => kept >= 1 && kept < group && group <= MostGroup
        ? new Sparsity(1 - ((double)kept / group), kept, group)
        : throw new ArgumentOutOfRangeException(nameof(kept), $"{kept}:{group}", $"Expected at least 1 kept, fewer than the group, and groups of at most {MostGroup}.");

    /// <summary>Reads <c>0.5</c> or <c>2:4</c>.</summary>
    /// <param name="text">The text.</param>
    /// <remarks>Errors: <see cref="TrainingException"/> <c>TRN0450</c>.</remarks>
    public static Sparsity Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return TryParse(text, out var sparsity) ? sparsity : throw new TrainingException(
            "TRN0450",
            $"Pruning failed: the sparsity is '{(text.Length <= 20 ? text : text[..20] + "…")}'; expected the share of weights that goes, from 0 up to but not including 1, as 0.5, or how many of neighbours stay, as 2:4 (groups of at most {MostGroup}).");
    }

    /// <summary>As <see cref="Parse"/>, without an error.</summary>
    public static bool TryParse(string text, out Sparsity sparsity)
    {
        ArgumentNullException.ThrowIfNull(text);
        sparsity = default;
        if (text.Split(':') is [var first, var second])
        {
            if (!int.TryParse(first, NumberStyles.None, CultureInfo.InvariantCulture, out var kept) || !int.TryParse(second, NumberStyles.None, CultureInfo.InvariantCulture, out var group)
                || kept < 1 || kept >= group || group > MostGroup)
            {
                return false;
            }

            sparsity = OfGroups(kept, group);
            return true;
        }

        if (!double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var share) || !(share is >= 0 and < 1))
        {
            return false;
        }

        sparsity = OfShare(share);
        return true;
    }

    /// <inheritdoc />
    public override string ToString() =>
        IsGrouped ? string.Create(CultureInfo.InvariantCulture, $"{Kept}:{Group}") : Share.ToString("R", CultureInfo.InvariantCulture);

    /// <summary>How many of so many weights go; a share never rounds up.</summary>
    internal long RemovedOf(long count) => (long)Math.Floor((Share * count) + 1e-9); // 0.29 · 100 is a hair below 29.
}
