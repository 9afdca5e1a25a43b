namespace Gyre.Training.Recipes;

/// <summary>A form in which the trained model is written.</summary>
public enum ExportFormat
{
    /// <summary><c>model.safetensors</c> in single precision.</summary>
    SafetensorsF32,

    /// <summary><c>model.safetensors</c> in half precision.</summary>
    SafetensorsF16,

    /// <summary><c>model-q8_0.gguf</c>: matrices in blocks of 32 signed bytes with a half-precision scale.</summary>
    GgufQ8,
}
