using Gyre.Training.Packing;

namespace Gyre.Training.Loop;

/// <summary>Measures the mean loss over the first rows of the validation set, always the same ones.</summary>
internal sealed class Validation(TokenFile file, int rows, Batch batch)
{
    private readonly BatchReader _reader = new(file, batch.Length, random: null);

    /// <summary>The mean cross-entropy in nats; each target weighs the same.</summary>
    public double Measure(IGradientModel model)
    {
        _reader.Position = new BatchPosition(0, 0);
        var total = Math.Min(rows, _reader.RowsPerEpoch);
        var sum = 0.0;
        long targets = 0;
        for (var done = 0; done < total; done += batch.Rows)
        {
            _reader.FillPartly(batch, Math.Min(batch.Rows, total - done));
            if (batch.TargetCount > 0)
            {
                sum += model.Measure(batch, 1f / batch.TargetCount) * batch.TargetCount;
                targets += batch.TargetCount;
            }
        }

        return targets == 0 ? double.NaN : sum / targets;
    }
}
