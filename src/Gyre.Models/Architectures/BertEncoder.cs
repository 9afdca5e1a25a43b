using Gyre.Tensors.Kernels;

namespace Gyre.Models.Architectures;

/// <summary>
/// BERT and its kin: learned positions, attention in both directions, norms after attention and feed-forward. RoBERTa
/// counts positions differently, DistilBERT has other names, no types and no pooler.
/// </summary>
/// <remarks>Source: Devlin et al. 2018 (BERT), Liu et al. 2019 (RoBERTa), Sanh et al. 2019 (DistilBERT), Conneau et al. 2019 (XLM-R).</remarks>
internal sealed class BertEncoder : IEncoderArchitecture
{
    private readonly EncoderConfiguration _configuration;
    private readonly EncoderFamily _family;
    private readonly WeightList _weights = new();
    private readonly EmbeddingSpec _embedding;
    private readonly NormSpec _norm;
    private readonly Block[] _blocks;
    private readonly Projection? _pooler;
    private readonly Head? _head;

    public BertEncoder(EncoderConfiguration configuration, EncoderFamily family)
    {
        (_configuration, _family) = (configuration, family);
        var (c, names) = (configuration, family.Modules);
        var (width, deviation) = (c.HiddenSize, c.InitialDeviation);
        var words = _weights.Embedding(names.Words, "token_embd", c.VocabularySize, width, deviation);
        _embedding = new EmbeddingSpec
        {
            Tokens = words,
            Positions = _weights.Positions(names.Positions, "position_embd", c.Positions, width, deviation),
            FirstPosition = c.FirstPosition,
            Types = names.Types is null || c.TokenTypes == 0 ? null : _weights.Positions(names.Types, "token_types", c.TokenTypes, width, deviation),
        };
        _norm = _weights.LayerNorm(names.EmbeddingNorm, "token_embd_norm", width, c.NormEpsilon);
        _blocks = [.. Enumerable.Range(0, c.Layers).Select(layer => new Block(c, names, _weights, layer))];
        var head = c.Head == EncoderHead.None ? null : family.Head(c.Head);
        head = head is not null && !c.HeadHasDense ? head with { Dense = null } : head;
        _head = head is null ? null : new Head(c, head, _weights, words);
        if (family.Pooler is { } pooler && (c.HasPooler || head?.Dense == pooler))
        {
            _pooler = head?.Dense == pooler ? _head?.Dense : _weights.Projection(pooler, "cls", width, width, hasBias: true, deviation);
        }
    }

    public static IReadOnlyList<EncoderFamily> Families { get; } =
    [
        new EncoderFamily
        {
            Name = "bert",
            ClassPrefix = "Bert",
            Prefix = "bert.",
            Modules = Names("bert."),
            Pooler = "bert.pooler.dense",
            Unused = ["bert.pooler.", "bert.embeddings.position_ids", "cls."],
            Head = head => head switch
            {
                EncoderHead.MaskedWords => new HeadModules("cls.predictions.decoder")
                {
                    Dense = "cls.predictions.transform.dense",
                    TakesModelActivation = true,
                    Norm = "cls.predictions.transform.LayerNorm",
                    OutputBias = "cls.predictions",
                },
                EncoderHead.SequenceLabels => new HeadModules("classifier") { Dense = "bert.pooler.dense", Activation = ActivationFunction.Tanh },
                EncoderHead.TokenLabels => new HeadModules("classifier"),
                EncoderHead.AnswerSpan => new HeadModules("qa_outputs"),
                _ => null,
            },
        },
        Roberta("roberta", "Roberta"),
        Roberta("xlm-roberta", "XLMRoberta"),
        Roberta("camembert", "Camembert"),
    ];

    public IReadOnlyList<WeightSpec> Weights => _weights.Specs;

    public string Prefix => _family.Prefix;

    public IReadOnlyList<string> Unused => _family.Unused;

    public int Heads => _configuration.Heads;

    public int HeadWidth => _configuration.HeadWidth;

    public int WidthOf(EncoderOutput output) => output switch
    {
        EncoderOutput.Hidden => _configuration.HiddenSize,
        EncoderOutput.Pooled => _pooler is null ? 0 : _configuration.HiddenSize,
        _ => _head?.Outputs ?? 0,
    };

    public Value Forward(IForward forward) => Forward(forward, _head is null ? EncoderOutput.Hidden : EncoderOutput.Head);

    public Value Forward(IForward forward, EncoderOutput output)
    {
        var x = forward.Norm(forward.Embed(_embedding), _norm);
        for (var i = 0; i < _blocks.Length; i++)
        {
            x = forward.Layer(i, x, _blocks[i].Body);
        }

        x = forward.Gather(x);
        return output switch
        {
            EncoderOutput.Head when _head is not null => _head.Forward(forward, x),
            EncoderOutput.Pooled when _pooler is { } pooler => forward.Result(forward.Linear(x, pooler, ActivationFunction.Tanh)),
            _ => forward.Result(x),
        };
    }

    private static EncoderFamily Roberta(string name, string classPrefix) => new()
    {
        Name = name,
        ClassPrefix = classPrefix,
        Prefix = "roberta.",
        Modules = Names("roberta."),
        CountsFromPadding = true,
        Pooler = "roberta.pooler.dense",
        Unused = ["roberta.pooler.", "roberta.embeddings.position_ids", "lm_head."],
        Head = head => head switch
        {
            EncoderHead.MaskedWords => new HeadModules("lm_head.decoder")
            {
                Dense = "lm_head.dense", Activation = ActivationFunction.Gelu, Norm = "lm_head.layer_norm", OutputBias = "lm_head",
            },
            EncoderHead.SequenceLabels => new HeadModules("classifier.out_proj") { Dense = "classifier.dense", Activation = ActivationFunction.Tanh },
            EncoderHead.TokenLabels => new HeadModules("classifier"),
            EncoderHead.AnswerSpan => new HeadModules("qa_outputs"),
            _ => null,
        },
    };

    private static EncoderModules Names(string prefix) => new()
    {
        Words = prefix + "embeddings.word_embeddings",
        Positions = prefix + "embeddings.position_embeddings",
        Types = prefix + "embeddings.token_type_embeddings",
        EmbeddingNorm = prefix + "embeddings.LayerNorm",
        Layer = prefix + "encoder.layer.",
        Queries = "attention.self.query",
        Keys = "attention.self.key",
        Values = "attention.self.value",
        AttentionOutput = "attention.output.dense",
        AttentionNorm = "attention.output.LayerNorm",
        Up = "intermediate.dense",
        Down = "output.dense",
        OutputNorm = "output.LayerNorm",
    };

    /// <summary>One layer.</summary>
    private sealed class Block
    {
        private readonly (Projection Queries, Projection Keys, Projection Values) _projections;
        private readonly AttentionSpec _attention;
        private readonly Projection _output;
        private readonly NormSpec _attentionNorm;
        private readonly Projection _up;
        private readonly Projection _down;
        private readonly NormSpec _outputNorm;
        private readonly ActivationFunction _activation;

        public Block(EncoderConfiguration configuration, EncoderModules names, WeightList weights, int layer)
        {
            var c = configuration;
            var (prefix, gguf) = ($"{names.Layer}{layer}.", $"blk.{layer}.");
            var (width, inner) = (c.HiddenSize, c.IntermediateSize);
            _activation = c.Activation;
            _projections = (
                Dense(names.Queries, "attn_q", width, width), Dense(names.Keys, "attn_k", width, width), Dense(names.Values, "attn_v", width, width));
            _attention = new AttentionSpec
            {
                // Nothing is kept from call to call, so all layers use the place of one.
                Layer = 0,
                Heads = c.Heads,
                KeyValueHeads = c.Heads,
                HeadWidth = c.HeadWidth,
                Scale = (float)(1 / Math.Sqrt(c.HeadWidth)),
                IsCausal = false,
            };
            _output = Dense(names.AttentionOutput, "attn_output", width, width);
            _attentionNorm = weights.LayerNorm(prefix + names.AttentionNorm, gguf + "attn_output_norm", width, c.NormEpsilon);
            _up = Dense(names.Up, "ffn_up", inner, width);
            _down = Dense(names.Down, "ffn_down", width, inner);
            _outputNorm = weights.LayerNorm(prefix + names.OutputNorm, gguf + "layer_output_norm", width, c.NormEpsilon);
            Body = Forward;

            Projection Dense(string module, string ggufModule, int outputs, int inputs) =>
                weights.Projection(prefix + module, gguf + ggufModule, outputs, inputs, hasBias: true, c.InitialDeviation);
        }

        /// <summary>The forward pass as a delegate made once.</summary>
        public Func<IForward, Value, Value> Body { get; }

        private Value Forward(IForward forward, Value x)
        {
            var (queries, keys, values) = forward.Project(x, _projections.Queries, _projections.Keys, _projections.Values);
            x = forward.Norm(forward.AddProjected(x, forward.Attend(queries, keys, values, _attention), _output), _attentionNorm);
            var hidden = forward.Linear(x, _up, _activation);
            return forward.Norm(forward.AddProjected(x, hidden, _down), _outputNorm);
        }
    }

    /// <summary>What is computed of the last hidden states.</summary>
    private sealed class Head
    {
        private readonly ActivationFunction _activation;
        private readonly NormSpec? _norm;
        private readonly LogitsSpec _logits;

        public Head(EncoderConfiguration configuration, HeadModules modules, WeightList weights, WeightSpec words)
        {
            var c = configuration;
            var (width, deviation) = (c.HiddenSize, c.InitialDeviation);
            if (modules.Dense is { } dense)
            {
                Dense = weights.Projection(dense, modules.GgufDense, width, width, hasBias: true, deviation);
            }

            _activation = modules.TakesModelActivation ? c.Activation : modules.Activation;
            _norm = modules.Norm is { } norm ? weights.LayerNorm(norm, "cls.norm", width, c.NormEpsilon) : null;
            Outputs = c.Head switch
            {
                EncoderHead.MaskedWords => c.VocabularySize,
                EncoderHead.AnswerSpan => 2,
                _ => c.Labels.Count,
            };
            if (modules.OutputBias is not { } place)
            {
                _logits = new LogitsSpec(weights.Projection(modules.Output, modules.GgufOutput, Outputs, width, hasBias: true, deviation));
                return;
            }

            var weight = c.TieEmbeddings ? words : weights.Projection(modules.Output, modules.GgufOutput, Outputs, width, hasBias: false, deviation).Weight;
            _logits = new LogitsSpec(new Projection(weight, weights.Bias(place, modules.GgufOutput, Outputs)));
        }

        public int Outputs { get; }

        public Projection? Dense { get; }

        public Value Forward(IForward forward, Value x)
        {
            x = Dense is { } dense ? forward.Linear(x, dense, _activation) : x;
            x = _norm is null ? x : forward.Norm(x, _norm);
            return forward.Logits(x, _logits);
        }
    }
}
