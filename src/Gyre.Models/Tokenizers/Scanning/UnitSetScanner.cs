using System.Buffers;
using Gyre.Tensors;

namespace Gyre.Models.Tokenizers.Scanning;

/// <summary>Runs of UTF-16 units of a fixed set, or of all units outside it, optionally after one space.</summary>
internal sealed class UnitSetScanner(SearchValues<char> units, bool outside = false, bool withLeadingSpace = false) : Scanner
{
    /// <summary>A scanner for runs of units in inclusive ranges, given as pairs: first, last, first, last.</summary>
    public static UnitSetScanner OfRanges(params ReadOnlySpan<char> ranges)
    {
        var units = new List<char>();
        for (var i = 0; i < ranges.Length; i += 2)
        {
            for (int unit = ranges[i]; unit <= ranges[i + 1]; unit++)
            {
                units.Add((char)unit);
            }
        }

        return new UnitSetScanner(SearchValues.Create(units.ToArray()));
    }

    [HotPath]
    public override int MatchEnd(ReadOnlySpan<char> text, int start)
    {
        var body = withLeadingSpace && text[start] == ' ' ? start + 1 : start;
        var rest = text[body..];
        var length = outside ? rest.IndexOfAny(units) : rest.IndexOfAnyExcept(units);
        length = length < 0 ? rest.Length : length;
        return length > 0 ? body + length : start;
    }
}
