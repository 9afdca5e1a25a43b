namespace Gyre.Models.Architectures;

/// <summary>
/// The Llama family: RMS norms before attention and feed-forward, rotary positions, grouped-query attention, a gated
/// feed-forward. Mistral adds a sliding window, Qwen 2 biases, Qwen 3 norms on queries and keys.
/// </summary>
/// <remarks>Source: Touvron et al. 2023 (Llama), Jiang et al. 2023 (Mistral), the Qwen 2 and Qwen 3 reports.</remarks>
internal sealed class LlamaDecoder : IArchitecture
{
    private readonly DecoderConfiguration _configuration;
    private readonly WeightList _weights = new();
    private readonly WeightSpec _embedding;
    private readonly Block[] _blocks;
    private readonly WeightSpec _norm;
    private readonly Projection _head;

    public LlamaDecoder(DecoderConfiguration configuration)
    {
        _configuration = configuration;
        var deviation = configuration.InitialDeviation;
        _embedding = _weights.Embedding("model.embed_tokens.weight", configuration.VocabularySize, configuration.HiddenSize, deviation);
        var rotary = new RotaryFrequencies(configuration.Rotary, configuration.HeadWidth);
        _blocks = new Block[configuration.Layers];
        for (var i = 0; i < _blocks.Length; i++)
        {
            _blocks[i] = new Block(configuration, _weights, rotary, i);
        }

        _norm = _weights.Norm("model.norm.weight", configuration.HiddenSize);
        _head = configuration.TieEmbeddings
            ? new Projection(_embedding, null)
            : _weights.Projection("lm_head", configuration.VocabularySize, configuration.HiddenSize, hasBias: false, deviation);
    }

    public IReadOnlyList<WeightSpec> Weights => _weights.Specs;

    public Value Forward(IForward forward)
    {
        var x = forward.Embed(_embedding);
        for (var i = 0; i < _blocks.Length; i++)
        {
            x = forward.Layer(i, x, _blocks[i].Body);
        }

        return forward.Logits(forward.RmsNorm(x, _norm, _configuration.NormEpsilon), _head);
    }

    public (string Name, int PairedHeads) GgufName(WeightSpec weight)
    {
        var isPaired = _configuration.Architecture is "llama" or "mistral";
        var parts = weight.Name.Split('.');
        var kind = parts[^1];
        if (parts[0] == "lm_head")
        {
            return ("output." + kind, 0);
        }

        if (parts[1] != "layers")
        {
            return ((parts[1] == "norm" ? "output_norm." : "token_embd.") + kind, 0);
        }

        var (name, heads) = parts[^2] switch
        {
            "q_proj" => ("attn_q", _configuration.Heads),
            "k_proj" => ("attn_k", _configuration.KeyValueHeads),
            "v_proj" => ("attn_v", 0),
            "o_proj" => ("attn_output", 0),
            "q_norm" => ("attn_q_norm", 0),
            "k_norm" => ("attn_k_norm", 0),
            "gate_proj" => ("ffn_gate", 0),
            "up_proj" => ("ffn_up", 0),
            "down_proj" => ("ffn_down", 0),
            "input_layernorm" => ("attn_norm", 0),
            _ => ("ffn_norm", 0),
        };
        return ($"blk.{parts[2]}.{name}.{kind}", isPaired ? heads : 0);
    }

    /// <summary>One layer.</summary>
    private sealed class Block
    {
        private readonly WeightSpec _attentionNorm;
        private readonly Projection _queries;
        private readonly Projection _keys;
        private readonly Projection _values;
        private readonly AttentionSpec _attention;
        private readonly Projection _output;
        private readonly WeightSpec _feedForwardNorm;
        private readonly Projection _gate;
        private readonly Projection _up;
        private readonly Projection _down;
        private readonly float _epsilon;

        public Block(DecoderConfiguration configuration, WeightList weights, RotaryFrequencies rotary, int layer)
        {
            var c = configuration;
            var prefix = $"model.layers.{layer}.";
            var deviation = c.InitialDeviation;
            var residualDeviation = deviation / MathF.Sqrt(2 * c.Layers);
            var queryWidth = c.Heads * c.HeadWidth;
            var keyWidth = c.KeyValueHeads * c.HeadWidth;
            _epsilon = c.NormEpsilon;
            _attentionNorm = weights.Norm(prefix + "input_layernorm.weight", c.HiddenSize);
            _queries = weights.Projection(prefix + "self_attn.q_proj", queryWidth, c.HiddenSize, c.AttentionBias, deviation);
            _keys = weights.Projection(prefix + "self_attn.k_proj", keyWidth, c.HiddenSize, c.AttentionBias, deviation);
            _values = weights.Projection(prefix + "self_attn.v_proj", keyWidth, c.HiddenSize, c.AttentionBias, deviation);
            _attention = new AttentionSpec
            {
                Layer = layer,
                Heads = c.Heads,
                KeyValueHeads = c.KeyValueHeads,
                HeadWidth = c.HeadWidth,
                Scale = (float)(1 / Math.Sqrt(c.HeadWidth)),
                Window = c.WindowOf(layer),
                Rotary = rotary,
                QueryNorm = c.QueryKeyNorm ? weights.Norm(prefix + "self_attn.q_norm.weight", c.HeadWidth) : null,
                KeyNorm = c.QueryKeyNorm ? weights.Norm(prefix + "self_attn.k_norm.weight", c.HeadWidth) : null,
                NormEpsilon = c.NormEpsilon,
            };
            _output = weights.Projection(prefix + "self_attn.o_proj", c.HiddenSize, queryWidth, c.AttentionOutputBias, residualDeviation);
            _feedForwardNorm = weights.Norm(prefix + "post_attention_layernorm.weight", c.HiddenSize);
            _gate = weights.Projection(prefix + "mlp.gate_proj", c.IntermediateSize, c.HiddenSize, c.FeedForwardBias, deviation);
            _up = weights.Projection(prefix + "mlp.up_proj", c.IntermediateSize, c.HiddenSize, c.FeedForwardBias, deviation);
            _down = weights.Projection(prefix + "mlp.down_proj", c.HiddenSize, c.IntermediateSize, c.FeedForwardBias, residualDeviation);
            Body = Forward;
        }

        /// <summary>The forward pass as a delegate made once.</summary>
        public Func<IForward, Value, Value> Body { get; }

        private Value Forward(IForward forward, Value x)
        {
            var normed = forward.RmsNorm(x, _attentionNorm, _epsilon);
            var (queries, keys, values) = forward.Project(normed, _queries, _keys, _values);
            x = forward.AddProjected(x, forward.Attend(queries, keys, values, _attention), _output);
            normed = forward.RmsNorm(x, _feedForwardNorm, _epsilon);
            return forward.AddProjected(x, forward.Gated(normed, _gate, _up), _down);
        }
    }
}
