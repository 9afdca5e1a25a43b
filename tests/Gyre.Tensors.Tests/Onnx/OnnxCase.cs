using System.Text.Json;

namespace Gyre.Tensors.Tests.Onnx;

/// <summary>One published case of one operator: attributes, inputs and expected outputs.</summary>
internal sealed class OnnxCase
{
    private readonly JsonElement _attributes;
    private readonly Dictionary<string, OnnxValue> _values = new(StringComparer.Ordinal);
    private readonly string[] _inputs;

    public OnnxCase(JsonElement line)
    {
        Name = Text(line.GetProperty("test"));
        Operator = Text(line.GetProperty("op"));
        _attributes = line.GetProperty("attributes").Clone();
        _inputs = line.GetProperty("node_inputs").EnumerateArray().Select(Text).ToArray();
        foreach (var group in new[] { "inputs", "outputs" })
        {
            foreach (var value in line.GetProperty(group).EnumerateArray())
            {
                _values[group + Text(value.GetProperty("name"))] = new OnnxValue(value);
            }
        }

        Outputs = line.GetProperty("node_outputs").EnumerateArray().Select(Text).Select(name => _values.GetValueOrDefault("outputs" + name)).ToArray();
    }

    public string Name { get; }

    public string Operator { get; }

    public OnnxValue?[] Outputs { get; }

    public int InputCount => _inputs.Length;

    public IEnumerable<string> DataTypes => _values.Values.Select(v => v.DataType);

    public OnnxValue? Optional(int input) => input < _inputs.Length && _inputs[input].Length > 0 ? _values["inputs" + _inputs[input]] : null;

    public OnnxValue Input(int input) => Optional(input).ShouldNotBeNull($"{Name} has no input {input}");

    public double Number(string attribute, double whenAbsent) => _attributes.TryGetProperty(attribute, out var value) ? value.GetDouble() : whenAbsent;

    public int Integer(string attribute, int whenAbsent) => (int)Number(attribute, whenAbsent);

    public string Word(string attribute, string whenAbsent) => _attributes.TryGetProperty(attribute, out var value) ? Text(value) : whenAbsent;

    public int[]? Integers(string attribute) =>
        _attributes.TryGetProperty(attribute, out var value) ? value.EnumerateArray().Select(v => v.GetInt32()).ToArray() : null;

    private static string Text(JsonElement element) => element.GetString().ShouldNotBeNull();
}
