using Gyre.Training.Packing;

namespace Gyre.Training.Encoders;

/// <summary>The data of an encoder's training: the rows of each step, and held-out rows.</summary>
internal interface IEncoderRows
{
    /// <summary>Where in the data the next step reads.</summary>
    BatchPosition Position { get; set; }

    /// <summary>Held-out rows, always the same; may be empty.</summary>
    IReadOnlyList<EncoderRow> HeldOut { get; }

    /// <summary>The rows of a step; moves on.</summary>
    /// <param name="step">Counted from 1.</param>
    IReadOnlyList<EncoderRow> Next(int step);
}
