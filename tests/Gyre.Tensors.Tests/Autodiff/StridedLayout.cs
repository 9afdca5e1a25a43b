namespace Gyre.Tensors.Tests.Autodiff;

/// <summary>A way for values of some shape to lie in a larger or differently ordered tensor.</summary>
/// <param name="RootShape">The shape of the tensor that owns the memory, from the shape of the view.</param>
/// <param name="View">The view, from that tensor and the shape of the view.</param>
internal sealed record StridedLayout(Func<int[], int[]> RootShape, Func<Tensor, int[], Tensor> View)
{
    /// <summary>Layouts that keep each element once.</summary>
    public static readonly IReadOnlyDictionary<string, StridedLayout> ByName = new Dictionary<string, StridedLayout>(StringComparer.Ordinal)
    {
        ["whole"] = new(shape => shape, (root, _) => root),
        ["transposed"] = new(shape => [.. shape[..^2], shape[^1], shape[^2]], (root, _) => root.Transpose()),
        ["axes in reverse order"] = new(shape => [.. shape.Reverse()], (root, shape) => root.Permute(Enumerable.Range(0, shape.Length).Reverse().ToArray())),
        ["columns from the middle"] = Along(^1, size => size + 5, (root, axis, size) => root.Slice(axis, 3, size)),
        ["every second column"] = Along(^1, size => (2 * size) + 1, (root, axis, size) => root.Slice(axis, 1, size, 2)),
        ["columns backwards"] = Along(^1, size => size, (root, axis, size) => root.Slice(axis, size - 1, size, -1)),
        ["every third column backwards"] = Along(^1, size => 3 * size, (root, axis, size) => root.Slice(axis, (3 * size) - 2, size, -3)),
        ["every second row"] = Along(^2, size => (2 * size) + 1, (root, axis, size) => root.Slice(axis, 1, size, 2)),
        ["rows backwards"] = Along(^2, size => size, (root, axis, size) => root.Slice(axis, size - 1, size, -1)),
        ["every second of the first axis, backwards"] = Along(0, size => 2 * size, (root, axis, size) => root.Slice(axis, (2 * size) - 1, size, -2)),
    };

    /// <summary>Layouts in which elements stand for several.</summary>
    public static readonly IReadOnlyDictionary<string, StridedLayout> Repeating = new Dictionary<string, StridedLayout>(StringComparer.Ordinal)
    {
        ["one row repeated"] = Along(^2, _ => 1, (root, _, _) => root),
        ["one column repeated"] = Along(^1, _ => 1, (root, _, _) => root),
        ["repeated along the first axis"] = Along(0, _ => 1, (root, _, _) => root),
    }.ToDictionary(p => p.Key, p => p.Value with { View = (root, shape) => root.Expand(shape) }, StringComparer.Ordinal);

    private static StridedLayout Along(Index axis, Func<int, int> size, Func<Tensor, int, int, Tensor> view) => new(
        shape =>
        {
            var root = shape.ToArray();
            root[axis] = size(root[axis]);
            return root;
        },
        (root, shape) => view(root, axis.GetOffset(shape.Length), shape[axis]));
}
