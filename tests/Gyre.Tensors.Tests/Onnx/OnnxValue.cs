using System.Globalization;
using System.Text.Json;

namespace Gyre.Tensors.Tests.Onnx;

/// <summary>A named array of a case; every element type is read as double.</summary>
internal sealed class OnnxValue
{
    public OnnxValue(JsonElement element)
    {
        DataType = element.GetProperty("dtype").GetString().ShouldNotBeNull();
        Shape = element.GetProperty("shape").EnumerateArray().Select(v => v.GetInt32()).ToArray();
        Values = element.GetProperty("values").EnumerateArray().Select(Number).ToArray();
    }

    public string DataType { get; }

    public int[] Shape { get; }

    public double[] Values { get; }

    public int[] Integers => Values.Select(v => (int)Math.Clamp(v, int.MinValue, int.MaxValue)).ToArray();

    public Tensor Rent(TensorPool pool)
    {
        var tensor = pool.Rent(Shape);
        tensor.CopyFrom(Values.Select(v => (float)v).ToArray());
        return tensor;
    }

    private static double Number(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.True => 1,
        JsonValueKind.False => 0,
        JsonValueKind.String => value.GetString() switch
        {
            "inf" or "Infinity" => double.PositiveInfinity,
            "-inf" or "-Infinity" => double.NegativeInfinity,
            "nan" or "NaN" => double.NaN,
            var text => double.Parse(text.ShouldNotBeNull(), CultureInfo.InvariantCulture),
        },
        _ => value.GetDouble(),
    };
}
