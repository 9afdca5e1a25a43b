using System.Text;

namespace Gyre.Models.Tokenizers.Normalization;

/// <summary>Unicode normalisation: NFC, NFD, NFKC or NFKD.</summary>
/// <remarks>Source: Unicode Standard Annex 15. ASCII passes through unread.</remarks>
internal sealed class UnicodeNormalizer(string form) : Normalizer
{
    private readonly bool _composes = form[^1] == 'C';
    private readonly bool _isCompatible = form.Length == 4;

    public override void Apply(ReadOnlySpan<char> text, bool isFirst, CharBuffer destination)
    {
        if (IsUnchanged(text))
        {
            destination.Copy(text, 0);
            return;
        }

        var table = UnicodeForms.Table;
        var run = new List<int>();
        var origins = new List<TextSpan>();
        // A run ends before a starter that composes with nothing before it; runs are normalised one by one.
        for (var at = 0; at < text.Length;)
        {
            Rune.DecodeFromUtf16(text[at..], out var rune, out var width);
            var before = run.Count;
            table.Decompose(rune.Value, _isCompatible, run);
            if (before > 0 && table.ClassOf(run[before]) == 0 && !(_composes && table.FollowsStarter(run[before])))
            {
                var carried = run[before..];
                run.RemoveRange(before, run.Count - before);
                Write(table, run, origins, destination);
                run = carried;
                origins.Clear();
            }

            while (origins.Count < run.Count)
            {
                origins.Add(new TextSpan(at, at + width));
            }

            at += width;
        }

        Write(table, run, origins, destination);
    }

    // Below U+00C0 nothing decomposes canonically; below U+0300 nothing that NFC would change does.
    private bool IsUnchanged(ReadOnlySpan<char> text) =>
        !text.ContainsAnyExceptInRange('\0', (_composes, _isCompatible) switch { (_, true) => '\u009F', (true, _) => '\u02FF', _ => '\u00BF' });

    private void Write(UnicodeForms table, List<int> run, List<TextSpan> origins, CharBuffer destination)
    {
        Reorder(table, run, origins);
        if (_composes)
        {
            Compose(table, run, origins);
        }

        for (var i = 0; i < run.Count; i++)
        {
            var rune = new Rune(run[i]);
            destination.From(origins[i].Start, origins[i].End);
            rune.EncodeToUtf16(destination.Extend(rune.Utf16SequenceLength));
        }
    }

    private static void Reorder(UnicodeForms table, List<int> run, List<TextSpan> origins)
    {
        for (var start = 0; start < run.Count; start++)
        {
            if (table.ClassOf(run[start]) == 0)
            {
                continue;
            }

            var end = start;
            while (end < run.Count && table.ClassOf(run[end]) != 0)
            {
                end++;
            }

            // A stable sort of the marks by class.
            if (end - start > 1)
            {
                var sorted = Enumerable.Range(start, end - start).OrderBy(i => table.ClassOf(run[i])).Select(i => (run[i], origins[i])).ToList();
                for (var i = 0; i < sorted.Count; i++)
                {
                    (run[start + i], origins[start + i]) = sorted[i];
                }
            }

            start = end;
        }
    }

    private static void Compose(UnicodeForms table, List<int> run, List<TextSpan> origins)
    {
        var starter = -1;
        var kept = 0;
        var lastClass = -1;
        for (var i = 0; i < run.Count; i++)
        {
            var codePoint = run[i];
            var combining = table.ClassOf(codePoint);
            var isBlocked = starter < 0 || (lastClass != -1 && lastClass >= combining);
            if (!isBlocked && table.Compose(run[starter], codePoint) is var composed && composed >= 0)
            {
                run[starter] = composed;
                origins[starter] = new TextSpan(Math.Min(origins[starter].Start, origins[i].Start), Math.Max(origins[starter].End, origins[i].End));
                continue;
            }

            if (combining == 0)
            {
                starter = kept;
                lastClass = -1;
            }
            else
            {
                lastClass = combining;
            }

            origins[kept] = origins[i];
            run[kept++] = codePoint;
        }

        run.RemoveRange(kept, run.Count - kept);
    }
}
