namespace Gyre.Models.Measurement;

/// <summary>What a speed is measured of.</summary>
/// <param name="Kind">Reading or generating.</param>
/// <param name="Tokens">Tokens of each sequence.</param>
/// <param name="Streams">Sequences at once.</param>
public readonly record struct SpeedTest(SpeedTestKind Kind, int Tokens, int Streams)
{
    /// <summary>For example <c>prompt 512</c> or <c>generate 128, 8 streams</c>.</summary>
    public override string ToString() =>
        $"{(Kind == SpeedTestKind.Prompt ? "prompt" : "generate")} {Tokens}{(Streams > 1 ? $", {Streams} streams" : "")}";
}
