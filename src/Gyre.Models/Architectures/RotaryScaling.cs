namespace Gyre.Models.Architectures;

/// <summary>How rotary frequencies are stretched so that a model reads longer texts than it was first trained on.</summary>
public enum RotaryScaling
{
    /// <summary>Frequencies as trained.</summary>
    None,

    /// <summary>All frequencies divided by the factor.</summary>
    Linear,

    /// <summary>The base grows with the sequence once it is longer than the original context (dynamic NTK).</summary>
    Dynamic,

    /// <summary>Low frequencies divided by the factor, high ones kept, a smooth ramp by wavelength between them.</summary>
    Llama3,

    /// <summary>A ramp by number of rotations between kept and divided frequencies, and a factor on the attention scores.</summary>
    Yarn,

    /// <summary>Each frequency divided by a number of its own: one set within the original context, another beyond it; and a factor on the attention scores.</summary>
    LongRope,
}
