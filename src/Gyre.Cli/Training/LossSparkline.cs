using System.Text;

namespace Gyre.Cli.Training;

/// <summary>A line of eight-level bars of a loss that falls: the newest value is on the right.</summary>
internal sealed class LossSparkline
{
    private const int Capacity = 512;
    private const string Bars = "▁▂▃▄▅▆▇█";

    private readonly List<double> _values = [];
    private int _stride = 1;
    private int _skipped;

    public void Add(double value)
    {
        if (!double.IsFinite(value) || ++_skipped < _stride)
        {
            return;
        }

        _skipped = 0;
        _values.Add(value);
        if (_values.Count == Capacity)
        {
            // Every second value of a long run is enough; from now on only every second one is taken.
            for (var i = 0; i < Capacity / 2; i++)
            {
                _values[i] = _values[(2 * i) + 1];
            }

            _values.RemoveRange(Capacity / 2, Capacity / 2);
            _stride *= 2;
        }
    }

    /// <summary>The whole course in at most the given number of columns.</summary>
    public string Draw(int columns)
    {
        if (_values.Count == 0 || columns < 1)
        {
            return "";
        }

        var count = Math.Min(columns, _values.Count);
        var means = new double[count];
        for (var i = 0; i < count; i++)
        {
            var begin = i * _values.Count / count;
            var end = (i + 1) * _values.Count / count;
            means[i] = _values.GetRange(begin, end - begin).Average();
        }

        var (low, high) = (means.Min(), means.Max());
        var line = new StringBuilder(count);
        foreach (var mean in means)
        {
            var level = high - low < 1e-12 ? 0 : (int)Math.Round((mean - low) / (high - low) * (Bars.Length - 1));
            line.Append(Bars[level]);
        }

        return line.ToString();
    }
}
