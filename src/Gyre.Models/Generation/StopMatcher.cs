using System.Text;

namespace Gyre.Models.Generation;

/// <summary>Finds the first stop text in streamed text, and holds back text that may still become one.</summary>
internal sealed class StopMatcher(IReadOnlyList<string> stops)
{
    private readonly string[] _stops = [.. stops];
    private readonly StringBuilder _held = new();

    /// <summary>Feeds text; returns what may be shown, and whether a stop text was found (nothing may follow).</summary>
    public (string Text, bool IsStopped) Feed(string text)
    {
        if (_stops.Length == 0 || (text.Length == 0 && _held.Length == 0))
        {
            return (text, false);
        }

        var isHeld = _held.Length > 0;
        var pending = isHeld ? _held.Append(text).ToString() : text;
        var first = -1;
        foreach (var stop in _stops)
        {
            var index = pending.IndexOf(stop, StringComparison.Ordinal);
            if (index >= 0 && (first < 0 || index < first))
            {
                first = index;
            }
        }

        _held.Clear();
        if (first >= 0)
        {
            return (pending[..first], true);
        }

        var keep = LongestOpenEnd(pending);
        if (keep == 0)
        {
            return (pending, false);
        }

        _held.Append(pending, pending.Length - keep, keep);
        return (pending[..^keep], false);
    }

    /// <summary>The text still held back when the generation ends for another reason.</summary>
    public string Flush()
    {
        var rest = _held.ToString();
        _held.Clear();
        return rest;
    }

    /// <summary>Length of the longest end of the text that is the beginning of a stop text.</summary>
    private int LongestOpenEnd(string text)
    {
        var longest = 0;
        foreach (var stop in _stops)
        {
            for (var length = Math.Min(stop.Length - 1, text.Length); length > longest; length--)
            {
                if (text.AsSpan(text.Length - length).SequenceEqual(stop.AsSpan(0, length)))
                {
                    longest = length;
                    break;
                }
            }
        }

        return longest;
    }
}
