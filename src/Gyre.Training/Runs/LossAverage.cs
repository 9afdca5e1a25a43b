namespace Gyre.Training.Runs;

/// <summary>An exponential average of the loss, corrected for its start as Adam corrects its moments.</summary>
internal sealed class LossAverage(double keep = 0.95)
{
    private double _sum;
    private double _weight;

    /// <summary>The two numbers that continue the average later.</summary>
    public (double Sum, double Weight) State
    {
        get => (_sum, _weight);
        set => (_sum, _weight) = value;
    }

    /// <summary>Takes the next loss and returns the average.</summary>
    public double Add(double loss)
    {
        _sum = (keep * _sum) + ((1 - keep) * loss);
        _weight = (keep * _weight) + (1 - keep);
        return _sum / _weight;
    }
}
