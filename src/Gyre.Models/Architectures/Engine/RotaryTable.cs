namespace Gyre.Models.Architectures.Engine;

/// <summary>Cosines and sines of the positions of one run.</summary>
internal sealed unsafe class RotaryTable : IDisposable
{
    private readonly RotaryFrequencies _frequencies;
    private readonly NativeBuffer _cosines;
    private readonly NativeBuffer _sines;

    public RotaryTable(RotaryFrequencies frequencies, int maxRows)
    {
        _frequencies = frequencies;
        _cosines = NativeBuffer.OfFloats((long)maxRows * frequencies.Pairs);
        _sines = NativeBuffer.OfFloats((long)maxRows * frequencies.Pairs);
    }

    public RotaryFrequencies Frequencies => _frequencies;

    public int Pairs => _frequencies.Pairs;

    /// <summary>[rows, pairs]</summary>
    public float* Cosines => _cosines.Floats;

    /// <summary>[rows, pairs]</summary>
    public float* Sines => _sines.Floats;

    /// <summary>Fills the rows of a run.</summary>
    public void Fill(PlanRun* run)
    {
        for (var i = 0; i < run->SequenceCount; i++)
        {
            var sequence = run->Sequences + i;
            var (offset, length) = (sequence->FirstRow * Pairs, sequence->Rows * Pairs);
            _frequencies.Fill(
                sequence->Position, sequence->Rows, sequence->Length, new Span<float>(Cosines + offset, length), new Span<float>(Sines + offset, length));
        }
    }

    public void Dispose()
    {
        _cosines.Dispose();
        _sines.Dispose();
    }
}
