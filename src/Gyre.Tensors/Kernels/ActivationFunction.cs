namespace Gyre.Tensors.Kernels;

/// <summary>A nonlinearity of a feed-forward layer.</summary>
public enum ActivationFunction
{
    /// <summary>x itself.</summary>
    None,

    /// <summary>x · σ(x), also called swish.</summary>
    Silu,

    /// <summary>x · Φ(x), with Φ the normal distribution function.</summary>
    Gelu,

    /// <summary>The approximation of <see cref="Gelu"/> by a hyperbolic tangent.</summary>
    GeluTanh,

    /// <summary>x · σ(1.702·x).</summary>
    QuickGelu,

    /// <summary>max(x, 0).</summary>
    Relu,

    /// <summary>tanh x.</summary>
    Tanh,
}
