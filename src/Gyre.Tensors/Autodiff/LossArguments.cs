namespace Gyre.Tensors.Autodiff;

/// <summary>The door of the losses, and the sum over their rows.</summary>
internal static unsafe class LossArguments
{
    /// <summary>Checks targets and weights and gives what the sum of the losses is divided by.</summary>
    public static double Divisor(string operation, long rows, int classes, ReadOnlySpan<int> targets, ReadOnlySpan<float> weights, double? divisor)
    {
        if (targets.Length != rows || (!weights.IsEmpty && weights.Length != rows))
        {
            throw new ArgumentException($"{operation}: found {targets.Length} targets and {weights.Length} weights, expected {rows} targets and as many weights or none.", nameof(targets));
        }

        RequireTargets(operation, rows, classes, targets);
        var total = 0.0;
        for (var i = 0; i < targets.Length; i++)
        {
            total += targets[i] == Tape.IgnoredTarget ? 0.0 : weights.IsEmpty ? 1.0 : weights[i];
        }

        var result = divisor ?? total;
        return result != 0.0 && double.IsFinite(result)
            ? result
            : throw new ArgumentException($"{operation}: found weights that sum to {result} over the rows that count, expected a number other than 0. Give a divisor, or leave such a batch out.", nameof(targets));
    }

    /// <summary>Checks that there is a target a row, and that each is a class or left out.</summary>
    public static void RequireTargets(string operation, long rows, int classes, ReadOnlySpan<int> targets)
    {
        if (targets.Length != rows)
        {
            throw new ArgumentException($"{operation}: found {targets.Length} targets, expected {rows}, one a row.", nameof(targets));
        }

        for (var i = 0; i < targets.Length; i++)
        {
            if (targets[i] != Tape.IgnoredTarget && (uint)targets[i] >= (uint)classes)
            {
                throw new ArgumentOutOfRangeException(nameof(targets), $"{operation}: found target {targets[i]} at row {i}, expected 0 to {classes - 1}, or {Tape.IgnoredTarget} to leave the row out.");
            }
        }
    }

    /// <summary>The sum in order, in double precision.</summary>
    public static double Sum(float* values, long count)
    {
        var sum = 0.0;
        for (long i = 0; i < count; i++)
        {
            sum += values[i];
        }

        return sum;
    }
}
