namespace Gyre.Models.Architectures;

/// <summary>Collects the weights of an architecture while it is being defined.</summary>
/// <remarks>Names are those of modules, without <c>.weight</c> and <c>.bias</c>: first Hugging Face's, then GGUF's.</remarks>
internal sealed class WeightList
{
    private static readonly string[] AttentionParts = ["q", "k", "v"];
    private readonly List<WeightSpec> _specs = [];

    public IReadOnlyList<WeightSpec> Specs => _specs;

    public WeightSpec Embedding(string module, string gguf, int rows, int columns, float deviation) =>
        Add(module, gguf, rows, columns, WeightRole.Embedding, deviation);

    /// <summary>Rows by position.</summary>
    public WeightSpec Positions(string module, string gguf, int rows, int columns, float deviation) =>
        Add(module, gguf, rows, columns, WeightRole.Position, deviation);

    /// <summary>A bias that stands apart from its layer's weights.</summary>
    public WeightSpec Bias(string module, string gguf, int width) => Add(module, gguf, width, 1, WeightRole.Bias, 0);

    /// <summary>A bias of outputs that is never trained and that a Hugging Face file keeps as a matrix of one row.</summary>
    public WeightSpec FixedBias(string tensor, string gguf, int width) => Keep(
        new WeightSpec(_specs.Count, tensor, width, 1, WeightRole.Bias)
        {
            IsFixed = true,
            Place = new WeightPlace(tensor) { IsRow = true },
            GgufPlace = new WeightPlace(gguf),
        });

    /// <param name="module">Its name.</param>
    /// <param name="gguf">Its GGUF name.</param>
    /// <param name="width">Numbers.</param>
    /// <param name="epsilon">ε.</param>
    /// <param name="added">What a Hugging Face file leaves out of the gain: 1 where it stores differences from 1.</param>
    public NormSpec RmsNorm(string module, string gguf, int width, float epsilon, float added = 0)
    {
        var gain = Add(module, gguf, width, 1, WeightRole.Norm, 0);
        if (added != 0)
        {
            _specs[^1] = gain = gain with { Place = gain.Place with { Added = added } };
        }

        return new NormSpec(gain, null, epsilon, Centres: false);
    }

    public NormSpec LayerNorm(string module, string gguf, int width, float epsilon, bool hasBias = true) => new(
        Add(module, gguf, width, 1, WeightRole.Norm, 0),
        hasBias ? Add(module, gguf, width, 1, WeightRole.Bias, 0) : null,
        epsilon,
        Centres: true);

    /// <param name="module">Its name.</param>
    /// <param name="gguf">Its GGUF name.</param>
    /// <param name="outputs">Rows.</param>
    /// <param name="inputs">Columns.</param>
    /// <param name="hasBias">Whether it has a bias.</param>
    /// <param name="deviation">Standard deviation of initial weights.</param>
    /// <param name="isTransposed">A Hugging Face file stores it with inputs first.</param>
    /// <param name="pairedWidth">The width of a head whose rows a GGUF file stores as rotary pairs; 0 for none.</param>
    public Projection Projection(
        string module, string gguf, int outputs, int inputs, bool hasBias, float deviation, bool isTransposed = false, int pairedWidth = 0)
    {
        var first = _specs.Count;
        var weight = Add(module, gguf, outputs, inputs, WeightRole.Matrix, deviation);
        var bias = hasBias ? Add(module, gguf, outputs, 1, WeightRole.Bias, 0) : null;
        _specs[first] = weight = weight with
        {
            Place = weight.Place with { IsTransposed = isTransposed },
            GgufPlace = weight.GgufPlace with { PairedWidth = pairedWidth },
        };
        if (bias is not null)
        {
            _specs[^1] = bias = bias with { GgufPlace = bias.GgufPlace with { PairedWidth = pairedWidth } };
        }

        return new Projection(weight, bias);
    }

    /// <summary>The output layer: one of its own, or the embedding again.</summary>
    public Projection Head(DecoderConfiguration configuration, WeightSpec tokens, string module) => configuration.TieEmbeddings
        ? new Projection(tokens, null)
        : Projection(module, "output", configuration.VocabularySize, tokens.Columns, hasBias: false, configuration.InitialDeviation);

    /// <summary>Queries, keys and values that a file stores as one tensor.</summary>
    public (Projection Queries, Projection Keys, Projection Values) Fused(FusedProjection fused, int heads, int keyValueHeads, int headWidth)
    {
        int[] rows = [heads * headWidth, keyValueHeads * headWidth, keyValueHeads * headWidth];
        int[] blocks = [.. rows.Select(count => count / keyValueHeads)];
        var stride = blocks.Sum();
        int[] offsets = [0, blocks[0], blocks[0] + blocks[1]];
        RowSlice[] grouped = [.. offsets.Select((offset, i) => new RowSlice(rows.Sum(), offset, blocks[i], stride))];
        var parts = Parts(fused, AttentionParts, rows, fused.IsGrouped ? grouped : null);
        return (parts[0], parts[1], parts[2]);
    }

    /// <summary>Layers whose rows a file stores one after another in one tensor.</summary>
    public Projection[] Fused(FusedProjection fused, string[] parts, params int[] rows) => Parts(fused, parts, rows, null);

    private Projection[] Parts(FusedProjection fused, string[] parts, int[] rows, RowSlice[]? slices)
    {
        var total = rows.Sum();
        var first = 0;
        var projections = new Projection[parts.Length];
        for (var i = 0; i < parts.Length; i++)
        {
            var together = RowSlice.Together(total, first, rows[i]);
            var slice = slices is null ? together : slices[i];
            projections[i] = new Projection(
                Part("weight", fused.Inputs, WeightRole.Matrix, fused.Deviation, fused.IsTransposed),
                fused.HasBias ? Part("bias", 1, WeightRole.Bias, 0, false) : null);
            first += rows[i];

            WeightSpec Part(string kind, int columns, WeightRole role, float deviation, bool isTransposed) => Keep(
                new WeightSpec(_specs.Count, $"{fused.Module}.{parts[i]}.{kind}", rows[i], columns, role)
                {
                    InitialDeviation = deviation,
                    Place = new WeightPlace($"{fused.Module}.{kind}") { Slice = slice, IsTransposed = isTransposed },
                    GgufPlace = new WeightPlace($"{fused.Gguf}.{kind}") { Slice = together },
                });
        }

        return projections;
    }

    private WeightSpec Add(string module, string gguf, int rows, int columns, WeightRole role, float deviation)
    {
        var kind = role == WeightRole.Bias ? ".bias" : ".weight";
        return Keep(new WeightSpec(_specs.Count, module + kind, rows, columns, role)
        {
            InitialDeviation = deviation,
            Place = new WeightPlace(module + kind),
            GgufPlace = new WeightPlace(gguf + kind),
        });
    }

    private WeightSpec Keep(WeightSpec spec)
    {
        _specs.Add(spec);
        return spec;
    }
}
