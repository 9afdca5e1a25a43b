namespace Gyre.Models.Architectures.Engine;

/// <summary>Cosines and sines of the positions of one run.</summary>
internal sealed unsafe class RotaryTable : IDisposable
{
    private readonly RotaryFrequencies _frequencies;
    private readonly NativeBuffer _cosines;
    private readonly NativeBuffer _sines;
    private readonly double[] _scratch;

    public RotaryTable(RotaryFrequencies frequencies, int maxRows)
    {
        _frequencies = frequencies;
        _scratch = new double[frequencies.Pairs];
        _cosines = NativeBuffer.OfFloats((long)maxRows * frequencies.Pairs);
        _sines = NativeBuffer.OfFloats((long)maxRows * frequencies.Pairs);
    }

    public RotaryFrequencies Frequencies => _frequencies;

    public int Pairs => _frequencies.Pairs;

    /// <summary>[rows, pairs]</summary>
    public float* Cosines => _cosines.Floats;

    /// <summary>[rows, pairs]</summary>
    public float* Sines => _sines.Floats;

    /// <summary>Fills the rows of the positions from <paramref name="position"/> on.</summary>
    public void Fill(int position, int rows, int sequenceLength)
    {
        var steps = _frequencies.Steps(sequenceLength, _scratch);
        var amplitude = _frequencies.Amplitude;
        for (var row = 0; row < rows; row++)
        {
            var offset = (long)row * steps.Length;
            for (var i = 0; i < steps.Length; i++)
            {
                var (sine, cosine) = Math.SinCos((position + row) * steps[i]);
                _cosines.Floats[offset + i] = (float)(cosine * amplitude);
                _sines.Floats[offset + i] = (float)(sine * amplitude);
            }
        }
    }

    public void Dispose()
    {
        _cosines.Dispose();
        _sines.Dispose();
    }
}
