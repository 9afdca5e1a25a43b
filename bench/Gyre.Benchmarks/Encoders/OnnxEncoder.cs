using Gyre.Models.Architectures;
using Gyre.Models.Weights;

namespace Gyre.Benchmarks.Encoders;

/// <summary>
/// Writes a BERT encoder with mean pooling and length-1 vectors as ONNX, in the form in which exporters write it, so that
/// ONNX Runtime finds the patterns that it fuses.
/// </summary>
internal sealed class OnnxEncoder
{
    /// <summary>The version whose forms of the mask the runtime's fusion of attention knows.</summary>
    private const int Opset = 11;
    private readonly OnnxGraph _graph = new();
    private readonly EncoderConfiguration _configuration;
    private readonly IWeightSource _weights;
    private readonly bool _isDynamicInt8;

    private OnnxEncoder(EncoderConfiguration configuration, IWeightSource weights, bool isDynamicInt8) =>
        (_configuration, _weights, _isDynamicInt8) = (configuration, weights, isDynamicInt8);

    /// <summary>Writes the file.</summary>
    /// <param name="path">Where.</param>
    /// <param name="configuration">The shape.</param>
    /// <param name="weights">Float32 weights by their Hugging Face names.</param>
    /// <param name="isDynamicInt8">Matrices as signed bytes with one scale, inputs quantised while it runs, as the runtime's dynamic quantisation writes them.</param>
    public static void Write(string path, EncoderConfiguration configuration, IWeightSource weights, bool isDynamicInt8)
    {
        var encoder = new OnnxEncoder(configuration, weights, isDynamicInt8);
        encoder.Build();
        encoder._graph.Write(path, Opset);
    }

    private void Build()
    {
        var ids = _graph.Input("input_ids", "batch", "length");
        var mask = _graph.Input("attention_mask", "batch", "length");
        var types = _graph.Input("token_type_ids", "batch", "length");
        var places = _graph.Input("position_ids", "batch", "length");
        var scores = Scalar("masked", -10_000f);
        var wide = Unsqueeze(Unsqueeze(mask, 1), 2);
        var hidden = _graph.Add("Cast", [wide], ("to", 1L));
        var bias = _graph.Add("Mul", [_graph.Add("Sub", [Scalar("one", 1f), hidden]), scores]);
        var x = Embed(ids, types, places);
        for (var layer = 0; layer < _configuration.Layers; layer++)
        {
            x = Layer(x, bias, $"bert.encoder.layer.{layer}.");
        }

        var weight = _graph.Add("Cast", [Unsqueeze(mask, 2)], ("to", 1L));
        var sum = _graph.Add("ReduceSum", [_graph.Add("Mul", [x, weight])], ("axes", new[] { 1L }), ("keepdims", 0L));
        var count = _graph.Add("ReduceSum", [weight], ("axes", new[] { 1L }), ("keepdims", 0L));
        var mean = _graph.Add("Div", [sum, count]);
        var length = _graph.Add("ReduceL2", [mean], ("axes", new[] { -1L }), ("keepdims", 1L));
        _graph.Output(_graph.Add("Div", [mean, length]), "sentence_embedding", "batch", "width");
    }

    private string Embed(string ids, string types, string places)
    {
        var width = _configuration.HiddenSize;
        var words = _graph.Add("Gather", [Table("bert.embeddings.word_embeddings.weight", width), ids]);
        var kinds = _graph.Add("Gather", [Table("bert.embeddings.token_type_embeddings.weight", width), types]);
        var positions = _graph.Add("Gather", [Table("bert.embeddings.position_embeddings.weight", width), places]);
        return Norm(_graph.Add("Add", [_graph.Add("Add", [words, kinds]), positions]), "bert.embeddings.LayerNorm");
    }

    private string Layer(string x, string bias, string prefix)
    {
        var (heads, headWidth, width) = (_configuration.Heads, _configuration.HeadWidth, _configuration.HiddenSize);
        var queries = Heads(Linear(x, prefix + "attention.self.query"), 0, 2, 1, 3);
        var keys = Heads(Linear(x, prefix + "attention.self.key"), 0, 2, 3, 1);
        var values = Heads(Linear(x, prefix + "attention.self.value"), 0, 2, 1, 3);
        var scaled = _graph.Add("Div", [_graph.Add("MatMul", [queries, keys]), Scalar("scale", (float)Math.Sqrt(headWidth))]);
        var shares = _graph.Add("Softmax", [_graph.Add("Add", [scaled, bias])], ("axis", 3L));
        var mixed = _graph.Add("Transpose", [_graph.Add("MatMul", [shares, values])], ("perm", new[] { 0L, 2L, 1L, 3L }));
        var joined = _graph.Add("Reshape", [mixed, _graph.Constant("joined", [0L, 0L, width], 3)]);
        x = Norm(_graph.Add("Add", [Linear(joined, prefix + "attention.output.dense"), x]), prefix + "attention.output.LayerNorm");
        var inner = Gelu(Linear(x, prefix + "intermediate.dense"));
        return Norm(_graph.Add("Add", [Linear(inner, prefix + "output.dense"), x]), prefix + "output.LayerNorm");

        string Heads(string projected, params long[] order) =>
            _graph.Add("Transpose", [_graph.Add("Reshape", [projected, _graph.Constant("heads", [0L, 0L, heads, headWidth], 4)])], ("perm", order));
    }

    private string Gelu(string x)
    {
        var erf = _graph.Add("Erf", [_graph.Add("Div", [x, Scalar("root", (float)Math.Sqrt(2))])]);
        return _graph.Add("Mul", [_graph.Add("Mul", [x, _graph.Add("Add", [erf, Scalar("one", 1f)])]), Scalar("half", 0.5f)]);
    }

    private string Norm(string x, string module) => _graph.Add(
        "LayerNormalization", [x, Vector(module + ".weight"), Vector(module + ".bias")], ("axis", -1L), ("epsilon", _configuration.NormEpsilon));

    private string Linear(string x, string module)
    {
        var name = module + ".weight";
        var (rows, columns, values) = Matrix(name);
        var transposed = new float[values.Length];
        for (var row = 0; row < rows; row++)
        {
            for (var column = 0; column < columns; column++)
            {
                transposed[(column * rows) + row] = values[(row * columns) + column];
            }
        }

        var product = _isDynamicInt8
            ? Int8Product(x, name, transposed, columns, rows)
            : _graph.Add("MatMul", [x, _graph.Constant(name, transposed, columns, rows)]);
        return _graph.Add("Add", [product, Vector(module + ".bias")]);
    }

    private string Int8Product(string x, string name, float[] transposed, int inputs, int outputs)
    {
        var scale = transposed.Max(Math.Abs) / 127;
        var bytes = Array.ConvertAll(transposed, value => (sbyte)Math.Clamp(MathF.Round(value / scale), -127, 127));
        var quantised = _graph.Add("DynamicQuantizeLinear", [x], 3);
        var integers = _graph.Add(
            "MatMulInteger", [quantised[0], _graph.Constant(name, bytes, inputs, outputs), quantised[2], _graph.Constant("zero", new sbyte[1])]);
        var scales = _graph.Add("Mul", [quantised[1], _graph.Constant(name + ":scale", [scale])]);
        return _graph.Add("Mul", [_graph.Add("Cast", [integers], ("to", 1L)), scales]);
    }

    private string Unsqueeze(string x, long axis) => _graph.Add("Unsqueeze", [x], ("axes", new[] { axis }));

    private string Scalar(string name, float value) => _graph.Constant(name, [value]);

    private string Table(string name, int width)
    {
        var values = Values(name);
        return _graph.Constant(name, values, values.Length / width, width);
    }

    private string Vector(string name)
    {
        var values = Values(name);
        return _graph.Constant(name, values, values.Length);
    }

    private (int Rows, int Columns, float[] Values) Matrix(string name)
    {
        var values = Values(name);
        _weights.TryGet(name, out var tensor);
        return ((int)tensor!.Shape[0], (int)tensor.Shape[1], values);
    }

    private unsafe float[] Values(string name) => _weights.TryGet(name, out var tensor)
        ? new ReadOnlySpan<float>(tensor.Bytes, (int)(tensor.LengthBytes / sizeof(float))).ToArray()
        : throw new InvalidOperationException($"Write the encoder as ONNX: the weights have no '{name}'.");
}
