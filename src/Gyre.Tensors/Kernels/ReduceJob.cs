namespace Gyre.Tensors.Kernels;

/// <summary>One reduction: the axes that stay, and those that go, each with their strides.</summary>
internal unsafe struct ReduceJob
{
    public float* X;
    public float* Y;
    public float Scale;
    public bool Accumulate;
    public int KeptRank;
    public TensorAxes<int> Kept;
    public TensorAxes<nint> KeptX;
    public TensorAxes<nint> KeptY;
    public int GoneRank;
    public TensorAxes<int> Gone;
    public TensorAxes<nint> GoneX;

    /// <summary>Reduces x over the axes along which <paramref name="y"/>, of the same or a lower rank, has size 1 or no axis.</summary>
    public void DescribeBroadcast(Tensor x, Tensor y)
    {
        var lead = x.Rank - y.Rank;
        uint gone = 0;
        for (var axis = 0; axis < x.Rank; axis++)
        {
            gone |= axis < lead || (y.Shape[axis - lead] == 1 && x.Shape[axis] != 1) ? 1u << axis : 0;
        }

        Describe(x, gone, y, lead);
    }

    /// <summary>Reduces x over the axes of the mask; axis a of x is axis a − <paramref name="lead"/> of y.</summary>
    public void Describe(Tensor x, uint gone, Tensor y, int lead)
    {
        X = x.UncheckedData;
        Y = y.UncheckedData;
        Scale = 1f;
        for (var axis = 0; axis < x.Rank; axis++)
        {
            var (size, stride) = (x.Shape[axis], x.Strides[axis]);
            if ((gone & (1u << axis)) != 0)
            {
                var merges = GoneRank > 0 && GoneX[GoneRank - 1] == stride * size && (long)Gone[GoneRank - 1] * size <= int.MaxValue;
                Gone[merges ? GoneRank - 1 : GoneRank] = merges ? Gone[GoneRank - 1] * size : size;
                GoneX[merges ? GoneRank - 1 : GoneRank++] = stride;
            }
            else
            {
                var strideY = y.Strides[axis - lead];
                var merges = KeptRank > 0 && KeptX[KeptRank - 1] == stride * size && KeptY[KeptRank - 1] == strideY * size && (long)Kept[KeptRank - 1] * size <= int.MaxValue;
                var to = merges ? KeptRank - 1 : KeptRank++;
                Kept[to] = merges ? Kept[to] * size : size;
                (KeptX[to], KeptY[to]) = (stride, strideY);
            }
        }
    }

    /// <summary>Where the reduced elements number <paramref name="index"/> lie.</summary>
    public readonly nint GoneOffset(long index)
    {
        nint offset = 0;
        for (var axis = GoneRank - 1; axis >= 0; axis--)
        {
            offset += (nint)(index % Gone[axis]) * GoneX[axis];
            index /= Gone[axis];
        }

        return offset;
    }
}
