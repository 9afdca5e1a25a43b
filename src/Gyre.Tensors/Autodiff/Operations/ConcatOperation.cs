namespace Gyre.Tensors.Autodiff.Operations;

/// <summary>Tensors behind each other along one axis.</summary>
internal sealed class ConcatOperation : Operation
{
    private readonly List<Tensor> _parts = [];

    public int Axis { get; set; }

    public void SetParts(ReadOnlySpan<Tensor> parts) => _parts.AddRange(parts);

    public override void Backward(Tape tape, Tensor gradient)
    {
        var start = 0;
        foreach (var part in _parts)
        {
            var length = part.Shape[Axis];
            if (part.RequiresGradient)
            {
                tape.AddTo(part, tape.Slice(gradient, Axis, start, length), 1f);
            }

            start += length;
        }
    }

    public override void Clear()
    {
        base.Clear();
        _parts.Clear();
    }
}
