namespace Gyre.Models.Architectures;

/// <summary>Declares the parts of post-norm layers.</summary>
/// <param name="configuration">Sizes.</param>
/// <param name="weights">Where they are declared.</param>
/// <param name="deviation">The standard deviation of initial weights by outputs and inputs.</param>
/// <param name="hasAttentionBias">Attention's projections have biases.</param>
internal sealed class PostNormModules(
    EncoderDecoderConfiguration configuration, WeightList weights, Func<int, int, float> deviation, bool hasAttentionBias)
{
    public EncoderDecoderConfiguration Configuration => configuration;

    public NormSpec Norm(string module, string gguf) => weights.LayerNorm(module, gguf, configuration.HiddenSize, configuration.NormEpsilon);

    public AttentionSpec Spec(int layer, int heads, int width, bool isCausal) => new()
    {
        Layer = layer,
        Heads = heads,
        KeyValueHeads = heads,
        HeadWidth = width,
        Scale = (float)(1 / Math.Sqrt(width)),
        IsCausal = isCausal,
    };

    public PostNormAttention Attention(string module, string gguf, AttentionSpec spec)
    {
        var width = configuration.HiddenSize;
        var keys = Dense(".k_proj", "_k", spec.KeyWidth, width);
        var values = Dense(".v_proj", "_v", spec.KeyWidth, width);
        var queries = Dense(".q_proj", "_q", spec.QueryWidth, width);
        var output = Dense(".out_proj", "_output", width, spec.QueryWidth);
        return new PostNormAttention(queries, keys, values, output, Norm(module + "_layer_norm", gguf + "_norm"), spec);

        Projection Dense(string part, string ggufPart, int outputs, int inputs) =>
            weights.Projection(module + part, gguf + ggufPart, outputs, inputs, hasAttentionBias, deviation(outputs, inputs));
    }

    public PostNormFeedForward FeedForward(string prefix, string gguf, int inner)
    {
        var width = configuration.HiddenSize;
        return new PostNormFeedForward(
            weights.Projection(prefix + "fc1", gguf + "ffn_up", inner, width, hasBias: true, deviation(inner, width)),
            weights.Projection(prefix + "fc2", gguf + "ffn_down", width, inner, hasBias: true, deviation(width, inner)),
            Norm(prefix + "final_layer_norm", gguf + "ffn_norm"),
            configuration.Activation);
    }
}
