using Gyre.Contracts;
using Gyre.Tensors;
using Gyre.Tensors.Autodiff;

namespace Gyre.Models.Adapters.Training;

/// <summary>The zeros in an adapter's inputs: in passes that are recorded, and other ones in each.</summary>
internal sealed class AdapterDropout(float rate, ulong seed)
{
    private SeededRandom? _pass;

    /// <summary>How many recorded passes have begun.</summary>
    public ulong Passes { get; set; }

    /// <summary>Whether the pass in progress has zeros.</summary>
    public bool IsOn => _pass is not null;

    public void Begin(Tape tape)
    {
        _pass = null;
        if (tape.IsRecording)
        {
            _pass = rate > 0 ? new SeededRandom(seed).Fork($"dropout {Passes}") : null;
            Passes++;
        }
    }

    /// <summary>Zeroes some numbers: the same ones whenever the pass computes the place again.</summary>
    public Tensor Apply(Tape tape, Tensor x, string place) =>
        _pass is null ? x : tape.Dropout(x, rate, _pass.Fork(place).NextUInt64());
}
