using Gyre.Tensors.Autodiff;

namespace Gyre.Tensors.Tests.Onnx;

/// <summary>The cross-entropy operator, whose classes lie on axis 1 and have weights of their own.</summary>
internal static class OnnxLoss
{
    public static IReadOnlyList<Tensor?> Run(Tape t, OnnxCase c)
    {
        var x = c.Input(0).Rent(t.Pool);
        var logs = t.LogSoftmax(x, 1);
        var order = Enumerable.Range(0, x.Rank).Where(axis => axis != 1).Append(1).ToArray();
        var classes = x.Shape[1];
        var rows = t.Reshape(t.Permute(x, order), -1, classes);
        var ignored = c.Integer("ignore_index", int.MinValue);
        var targets = c.Input(1).Integers.Select(target => target == ignored ? Tape.IgnoredTarget : target).ToArray();
        var weights = targets.Select(target => target < 0 || c.Optional(2) is null ? 1f : (float)c.Input(2).Values[target]).ToArray();
        return c.Word("reduction", "mean") switch
        {
            "mean" => [t.CrossEntropy(rows, targets, weights), logs],
            "sum" => [t.CrossEntropy(rows, targets, weights, divisor: 1), logs],
            _ => [t.Reshape(t.Concat(targets.Select((target, i) => t.Reshape(t.CrossEntropy(t.Slice(rows, 0, i, 1), [target], [weights[i]], divisor: 1), 1)).ToArray(), 0), c.Input(1).Shape), logs],
        };
    }
}
