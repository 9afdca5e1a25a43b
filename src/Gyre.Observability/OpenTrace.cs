using System.Diagnostics;

namespace Gyre.Observability;

/// <summary>A request that has not ended, with the parts of it that have.</summary>
internal sealed class OpenTrace(ActivitySpanId root)
{
    private readonly Lock _gate = new();
    private List<SpanRow> _parts = [];

    public ActivitySpanId Root { get; } = root;

    public void Add(SpanRow part)
    {
        lock (_gate)
        {
            _parts.Add(part);
        }
    }

    /// <summary>The parts so far; those that end later are not part of the trace.</summary>
    public List<SpanRow> Take()
    {
        lock (_gate)
        {
            var taken = _parts;
            _parts = [];
            return taken;
        }
    }
}
