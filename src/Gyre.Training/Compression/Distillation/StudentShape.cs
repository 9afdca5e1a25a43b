using Gyre.Models.Architectures;
using Gyre.Training.Recipes;

namespace Gyre.Training.Compression.Distillation;

/// <summary>The sizes of a student; 0 stands for the teacher's.</summary>
/// <param name="HiddenSize">Width of the residual stream.</param>
/// <param name="Layers">Layers.</param>
/// <param name="Heads">Query heads.</param>
/// <param name="KeyValueHeads">Key and value heads.</param>
/// <param name="FeedForwardSize">Width inside the feed-forward.</param>
/// <param name="InitialDeviation">Standard deviation of the initial weights.</param>
public sealed record StudentShape(int HiddenSize, int Layers, int Heads, int KeyValueHeads, int FeedForwardSize, double InitialDeviation)
{
    internal static StudentShape Read(RecipeSection section)
    {
        var shape = new StudentShape(
            section.Integer("hidden_size", 0, 0, 16384),
            section.Integer("layers", 0, 0, 256),
            section.Integer("heads", 0, 0, 256),
            section.Integer("kv_heads", 0, 0, 256),
            section.Integer("ffn_size", 0, 0, 65536),
            section.Number("init_deviation", 0.02, 1e-6, 1));
        section.Finish();
        return shape;
    }

    /// <summary>The teacher's configuration with these sizes.</summary>
    internal DecoderConfiguration Of(DecoderConfiguration teacher)
    {
        var heads = Heads > 0 ? Heads : teacher.Heads;
        var hidden = HiddenSize > 0 ? HiddenSize : teacher.HiddenSize;
        var layers = Layers > 0 ? Layers : teacher.Layers;
        return teacher with
        {
            HiddenSize = hidden,
            Layers = layers,
            Heads = heads,
            KeyValueHeads = KeyValueHeads > 0 ? KeyValueHeads : Math.Min(heads, teacher.KeyValueHeads),
            HeadWidth = hidden == teacher.HiddenSize && heads == teacher.Heads ? teacher.HeadWidth : hidden / heads,
            IntermediateSize = FeedForwardSize > 0 ? FeedForwardSize : teacher.IntermediateSize,
            SlidingLayers = [.. teacher.SlidingLayers.Take(layers)],
            InitialDeviation = (float)InitialDeviation,
        };
    }
}
