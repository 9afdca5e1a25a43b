namespace Gyre.Evaluation.Reports;

/// <summary>A table of plain text: columns aligned, no line wider than the terminal.</summary>
/// <remarks>What does not fit is clipped in the columns that may be; when that is not enough, the least important columns are left out, which the last line says.</remarks>
internal sealed class TerminalTable
{
    private const int LeastClipped = 8;
    private const string Gap = "  ";
    private readonly TerminalColumn[] _columns;
    private readonly List<string[]> _rows = [];

    public TerminalTable(params TerminalColumn[] columns) => _columns = columns;

    public int Rows => _rows.Count;

    public void Add(params string[] cells)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(cells.Length, _columns.Length);
        _rows.Add([.. cells.Select(VisibleText.Line)]);
    }

    /// <summary>The lines.</summary>
    /// <param name="width">Columns of the terminal, at least 20.</param>
    public IEnumerable<string> Lines(int width)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 20);
        var widths = _columns.Select((column, i) => _rows.Select(row => TextWidth.Of(row[i])).Append(TextWidth.Of(column.Title)).Max()).ToArray();

        // A column in which nothing stands says nothing.
        var shown = Enumerable.Range(0, _columns.Length).Where(i => _rows.Exists(row => row[i].Length > 0)).ToList();
        var left = new List<string>();
        while (shown.Count > 1 && shown.Sum(i => _columns[i].IsClipped ? Math.Min(widths[i], LeastClipped) : widths[i]) + (Gap.Length * (shown.Count - 1)) > width)
        {
            var least = shown.MaxBy(i => _columns[i].Rank);
            shown.Remove(least);
            left.Add(_columns[least].Title);
        }

        while (shown.Sum(i => widths[i]) + (Gap.Length * (shown.Count - 1)) > width)
        {
            var clipped = shown.Where(i => _columns[i].IsClipped && widths[i] > LeastClipped).ToArray();
            widths[clipped.Length > 0 ? clipped.MaxBy(i => widths[i]) : shown.MaxBy(i => widths[i])]--;
        }

        yield return Line(shown, widths, [.. _columns.Select(column => column.Title)]);
        yield return string.Join(Gap, shown.Select(i => new string('─', widths[i])));
        foreach (var row in _rows)
        {
            yield return Line(shown, widths, row);
        }

        if (left.Count > 0)
        {
            yield return TextWidth.Clip($"(left out for the width: {string.Join(", ", left)})", width);
        }
    }

    private string Line(List<int> shown, int[] widths, string[] cells) => string.Join(Gap, shown.Select(i => TextWidth.Fit(cells[i], widths[i], _columns[i].IsRight))).TrimEnd();
}
