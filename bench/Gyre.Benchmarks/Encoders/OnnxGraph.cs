using System.Runtime.InteropServices;

namespace Gyre.Benchmarks.Encoders;

/// <summary>An ONNX graph that grows node by node. Field numbers are those of onnx.proto.</summary>
internal sealed class OnnxGraph
{
    private const int FloatType = 1;
    private const int SByteType = 3;
    private const int LongType = 7;
    private readonly ProtobufWriter _graph = new();
    private readonly HashSet<string> _constants = new(StringComparer.Ordinal);
    private int _nodes;

    /// <summary>Adds a node with one result and returns the result's name.</summary>
    public string Add(string operation, string[] inputs, params (string Name, object Value)[] attributes) => Add(operation, inputs, 1, attributes)[0];

    /// <summary>Adds a node with several results and returns their names.</summary>
    public string[] Add(string operation, string[] inputs, int results, params (string Name, object Value)[] attributes)
    {
        var name = $"{operation}_{_nodes++}";
        var node = new ProtobufWriter();
        foreach (var input in inputs)
        {
            node.Text(1, input);
        }

        string[] outputs = [.. Enumerable.Range(0, results).Select(index => index == 0 ? name : $"{name}:{index}")];
        foreach (var output in outputs)
        {
            node.Text(2, output);
        }

        node.Text(3, name).Text(4, operation);
        foreach (var (attributeName, value) in attributes)
        {
            node.Message(5, Attribute(attributeName, value));
        }

        _graph.Message(1, node);
        return outputs;
    }

    public string Constant(string name, float[] values, params long[] shape) => Constant(name, FloatType, MemoryMarshal.AsBytes<float>(values), shape);

    public string Constant(string name, long[] values, params long[] shape) => Constant(name, LongType, MemoryMarshal.AsBytes<long>(values), shape);

    public string Constant(string name, sbyte[] values, params long[] shape) => Constant(name, SByteType, MemoryMarshal.AsBytes<sbyte>(values), shape);

    /// <summary>A result that has the name of the graph's.</summary>
    public void Output(string value, string name, params string[] shape)
    {
        _graph.Message(1, new ProtobufWriter().Text(1, value).Text(2, name).Text(3, name).Text(4, "Identity"));
        _graph.Message(12, Declaration(name, FloatType, shape));
    }

    public string Input(string name, params string[] shape)
    {
        _graph.Message(11, Declaration(name, LongType, shape));
        return name;
    }

    public void Write(string path, int opset)
    {
        _graph.Text(2, "encoder");
        var model = new ProtobufWriter().Number(1, 8).Text(2, "gyre-benchmarks").Message(7, _graph).Message(8, new ProtobufWriter().Text(1, "").Number(2, opset));
        File.WriteAllBytes(path, model.Bytes);
    }

    private string Constant(string name, int type, ReadOnlySpan<byte> bytes, long[] shape)
    {
        if (_constants.Add(name))
        {
            var tensor = new ProtobufWriter();
            foreach (var length in shape)
            {
                tensor.Number(1, length);
            }

            _graph.Message(5, tensor.Number(2, type).Text(8, name).Raw(9, bytes));
        }

        return name;
    }

    private static ProtobufWriter Declaration(string name, int type, string[] shape)
    {
        var lengths = new ProtobufWriter();
        foreach (var length in shape)
        {
            lengths.Message(1, new ProtobufWriter().Text(2, length));
        }

        var tensor = new ProtobufWriter().Number(1, type).Message(2, lengths);
        return new ProtobufWriter().Text(1, name).Message(2, new ProtobufWriter().Message(1, tensor));
    }

    private static ProtobufWriter Attribute(string name, object value)
    {
        var attribute = new ProtobufWriter().Text(1, name);
        switch (value)
        {
            case float number:
                return attribute.Single(2, number).Number(20, 1);
            case long number:
                return attribute.Number(3, number).Number(20, 2);
            case long[] numbers:
                foreach (var number in numbers)
                {
                    attribute.Number(8, number);
                }

                return attribute.Number(20, 7);
            default:
                throw new ArgumentException($"Add attribute '{name}': found a {value.GetType()}; expected a float, a long or several longs.", nameof(value));
        }
    }
}
