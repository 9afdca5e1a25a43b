namespace Gyre.Models.Architectures.Engine;

/// <summary>Gives every value of a recording a place in one buffer; a place is free again after its value's last reader.</summary>
internal sealed class BufferPlaces
{
    private const int LineFloats = 16;
    private readonly Dictionary<int, Stack<long>> _free = [];
    private readonly int _maxRows;

    private BufferPlaces(int maxRows) => _maxRows = maxRows;

    /// <summary>Floats in all.</summary>
    public long Length { get; private set; }

    /// <summary>The place of each value.</summary>
    public long[] Offsets { get; private set; } = [];

    public static BufferPlaces Of(Recording recording)
    {
        var places = new BufferPlaces(recording.Limits.MaxRows) { Offsets = new long[recording.Widths.Count] };
        Array.Fill(places.Offsets, -1L);
        places.Assign(recording.Steps, recording.Widths);
        return places;
    }

    private void Assign(List<PlanStep> steps, List<int> widths)
    {
        var lastUse = new int[widths.Count];
        for (var s = 0; s < steps.Count; s++)
        {
            foreach (var value in steps[s].Inputs.Concat(steps[s].Outputs))
            {
                lastUse[value.Index] = s;
            }
        }

        for (var s = 0; s < steps.Count; s++)
        {
            foreach (var value in steps[s].Outputs.Where(value => Offsets[value.Index] < 0))
            {
                Offsets[value.Index] = Take(widths[value.Index]);
            }

            foreach (var value in steps[s].Inputs.Concat(steps[s].Outputs).Distinct().Where(value => lastUse[value.Index] == s))
            {
                Free(widths[value.Index]).Push(Offsets[value.Index]);
            }
        }
    }

    private Stack<long> Free(int width)
    {
        if (!_free.TryGetValue(width, out var places))
        {
            _free[width] = places = new Stack<long>();
        }

        return places;
    }

    private long Take(int width)
    {
        if (Free(width).TryPop(out var place))
        {
            return place;
        }

        place = Length;
        Length += (((long)width * _maxRows) + (2 * LineFloats) - 1) / LineFloats * LineFloats;
        return place;
    }
}
