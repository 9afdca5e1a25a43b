namespace Gyre.Evaluation.Judges.Trained;

/// <summary>Finds the least value of a loss by limited-memory BFGS; the same bits for the same loss.</summary>
/// <remarks>Source: J. Nocedal and S. Wright, "Numerical Optimization", 2006, algorithms 7.4 and 7.5, with steps that halve until the value falls enough.</remarks>
internal static class Minimiser
{
    private const int Memory = 10;
    private const int MostSteps = 500;
    private const double Enough = 1e-4;
    private const double Flat = 1e-7;

    /// <summary>The parameters of the least value, from given ones.</summary>
    public static double[] Run(ILoss loss, double[] start, CancellationToken cancellationToken)
    {
        var (at, gradient) = ((double[])start.Clone(), new double[loss.Parameters]);
        var value = loss.Evaluate(at, gradient);
        var pairs = new List<(double[] Step, double[] Change, double Curvature)>();
        for (var turn = 0; turn < MostSteps && Largest(gradient) > Flat; turn++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var direction = Direction(gradient, pairs);
            var slope = Dot(direction, gradient);
            var (next, nextGradient, length) = (new double[at.Length], new double[at.Length], pairs.Count == 0 ? 1 / Math.Max(1, Math.Sqrt(Dot(gradient, gradient))) : 1.0);
            double nextValue;
            while (true)
            {
                for (var i = 0; i < at.Length; i++)
                {
                    next[i] = at[i] + (length * direction[i]);
                }

                nextValue = loss.Evaluate(next, nextGradient);
                if (nextValue <= value + (Enough * length * slope))
                {
                    break;
                }

                length /= 2;
                if (length < 1e-18)
                {
                    return at; // No step lowers the value any more: rounding is all that is left.
                }
            }

            double[] step = [.. next.Zip(at, (one, other) => one - other)], change = [.. nextGradient.Zip(gradient, (one, other) => one - other)];
            var curvature = Dot(step, change);
            if (curvature > 0)
            {
                pairs.Add((step, change, curvature));
                if (pairs.Count > Memory)
                {
                    pairs.RemoveAt(0);
                }
            }

            (at, gradient, value) = (next, nextGradient, nextValue);
        }

        return at;
    }

    private static double[] Direction(double[] gradient, List<(double[] Step, double[] Change, double Curvature)> pairs)
    {
        var direction = Array.ConvertAll(gradient, value => -value);
        var weights = new double[pairs.Count];
        for (var i = pairs.Count - 1; i >= 0; i--)
        {
            weights[i] = Dot(pairs[i].Step, direction) / pairs[i].Curvature;
            Add(direction, pairs[i].Change, -weights[i]);
        }

        if (pairs.Count > 0)
        {
            var scale = pairs[^1].Curvature / Dot(pairs[^1].Change, pairs[^1].Change);
            for (var i = 0; i < direction.Length; i++)
            {
                direction[i] *= scale;
            }
        }

        for (var i = 0; i < pairs.Count; i++)
        {
            Add(direction, pairs[i].Step, weights[i] - (Dot(pairs[i].Change, direction) / pairs[i].Curvature));
        }

        return direction;
    }

    private static void Add(double[] destination, double[] values, double factor)
    {
        for (var i = 0; i < destination.Length; i++)
        {
            destination[i] += factor * values[i];
        }
    }

    private static double Dot(double[] one, double[] other)
    {
        var sum = 0.0;
        for (var i = 0; i < one.Length; i++)
        {
            sum += one[i] * other[i];
        }

        return sum;
    }

    private static double Largest(double[] values) => values.Max(Math.Abs);
}
