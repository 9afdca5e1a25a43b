namespace Gyre.Tensors.Kernels;

/// <summary>One call of fused attention: sizes, operands, masks and scratch.</summary>
internal unsafe struct AttentionJob
{
    /// <summary>Keys handled at once: their scores for a block of queries stay in the first cache.</summary>
    public const int KeyBlock = 64;

    public int Batch;
    public int Queries;
    public int Keys;
    public int Heads;
    public int KeyValueHeads;
    public int Width;
    public int ValueWidth;

    public HeadArray Q;
    public HeadArray K;
    public HeadArray V;
    public HeadArray Out;

    /// <summary>Backward: the gradient of the output, and where to put those of the operands (null: not wanted).</summary>
    public HeadArray OutGradient;
    public HeadArray QGradient;
    public HeadArray KGradient;
    public HeadArray VGradient;
    public bool AccumulateQ;
    public bool AccumulateK;
    public bool AccumulateV;

    /// <summary>log2 of the sum of the exponentials of each query's scores, [B,H,T].</summary>
    public float* LogSum;

    /// <summary>The first visible key of each query, [B,T]; null for 0.</summary>
    public int* FirstKey;

    /// <summary>Whether query t sees keys up to t + <see cref="CausalOffset"/> only.</summary>
    public bool IsCausal;
    public int CausalOffset;

    /// <summary>Multiplies the scores, before <see cref="SoftCap"/>.</summary>
    public float Scale;

    /// <summary>cap·tanh(score / cap) replaces the score; 0 for none.</summary>
    public float SoftCap;

    /// <summary>Added to the scores: element (b, h, t, s), any stride may be 0; null for none.</summary>
    public float* Bias;
    public nint BiasBatch;
    public nint BiasHead;
    public nint BiasQuery;
    public nint BiasKey;

    public float* Scratch;
    public nint ScratchPerMember;

    /// <summary>The first key that query t of a batch row sees.</summary>
    public readonly int FirstVisible(int batch, int query) => FirstKey == null ? 0 : Math.Clamp(FirstKey[(batch * Queries) + query], 0, Keys);

    /// <summary>The key after the last that a query sees.</summary>
    public readonly int VisibleEnd(int query) => IsCausal ? Math.Clamp(query + CausalOffset + 1, 0, Keys) : Keys;

    public readonly long Work => (long)Batch * Heads * Queries * Keys * (Width + ValueWidth);
}
