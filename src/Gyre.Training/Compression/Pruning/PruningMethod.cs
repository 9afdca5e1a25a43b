namespace Gyre.Training.Compression.Pruning;

/// <summary>What makes a weight worth keeping.</summary>
public enum PruningMethod
{
    /// <summary>|W|·‖X‖₂: its magnitude times the length of its input over a calibration text.</summary>
    Wanda,

    /// <summary>|W|: its magnitude alone.</summary>
    Magnitude,
}
