using Gyre.Models.Architectures;
using Gyre.Models.Catalog;
using Gyre.Models.Weights;
using Gyre.Tensors.Kernels;
using Gyre.Tensors.Quantization;

namespace Gyre.Models.Encoders;

/// <summary>A linear layer and an activation after the pooling.</summary>
internal sealed class DenseStep(string path, float[] weights, float[]? bias, int inputs, ActivationFunction activation, bool isLogistic) : ISentenceStep
{
    private const int MostNumbers = 1 << 28;

    /// <summary>Reads a module's folder: <c>config.json</c> and <c>model.safetensors</c>.</summary>
    public static DenseStep Read(string folder)
    {
        var path = Path.Combine(folder, "config.json");
        var fields = new ConfigurationFields(SmallFile.ReadJson(path));
        var (inputs, outputs) = (fields.Integer("in_features"), fields.Integer("out_features"));
        var hasBias = fields.Boolean("bias", true);
        var name = fields.Text("activation_function", "torch.nn.modules.activation.Tanh");
        if (fields.Faults.Count > 0)
        {
            throw EncoderErrors.BadSettings(path, string.Join(" ", fields.Faults), "in_features, out_features, bias and activation_function");
        }

        if (inputs < 1 || outputs < 1 || (long)inputs * outputs > MostNumbers)
        {
            throw EncoderErrors.BadSettings(path, $"a layer of {inputs} × {outputs} numbers", $"positive sizes, {MostNumbers} numbers at most");
        }

        var (activation, isLogistic) = ReadActivation(path, name);
        var file = Path.Combine(folder, "model.safetensors");
        if (!File.Exists(file))
        {
            throw EncoderErrors.BadSettings(folder, "no model.safetensors", "the layer's weights in that form; convert pytorch_model.bin");
        }

        using var source = SafetensorsFile.Open(file);
        return new DenseStep(
            path, Numbers(source, "linear.weight", outputs, inputs), hasBias ? Numbers(source, "linear.bias", outputs) : null, inputs, activation, isLogistic);
    }

    public int WidthAfter(int width) => width == inputs
        ? weights.Length / inputs
        : throw EncoderErrors.BadSettings(path, $"in_features {inputs}", $"the width of the vectors before it, {width}");

    public unsafe float[] Apply(float[] vector)
    {
        var result = new float[weights.Length / inputs];
        for (var row = 0; row < result.Length; row++)
        {
            result[row] = VectorRows.Dot(weights.AsSpan(row * inputs, inputs), vector) + (bias?[row] ?? 0f);
        }

        if (isLogistic)
        {
            Probabilities.Logistic(result);
            return result;
        }

        fixed (float* first = result)
        {
            ActivationRow.Apply(activation, first, result.Length);
        }

        return result;
    }

    private static (ActivationFunction Activation, bool IsLogistic) ReadActivation(string path, string name) => name[(name.LastIndexOf('.') + 1)..] switch
    {
        "Identity" => (ActivationFunction.None, false),
        "Tanh" => (ActivationFunction.Tanh, false),
        "ReLU" => (ActivationFunction.Relu, false),
        "GELU" => (ActivationFunction.Gelu, false),
        "SiLU" => (ActivationFunction.Silu, false),
        "Sigmoid" => (ActivationFunction.None, true),
        _ => throw EncoderErrors.BadSettings(path, $"activation_function '{(name.Length <= 60 ? name : name[..60] + "…")}'", "Identity, Tanh, ReLU, GELU, SiLU or Sigmoid"),
    };

    private static unsafe float[] Numbers(SafetensorsFile source, string name, params long[] shape)
    {
        var tensor = source.Get(name);
        if (!tensor.Shape.SequenceEqual(shape))
        {
            throw EncoderErrors.BadSettings(source.Path, $"tensor '{name}' of shape [{string.Join(", ", tensor.Shape)}]", $"[{string.Join(", ", shape)}]");
        }

        var numbers = new float[shape.Aggregate(1L, (a, b) => a * b)];
        fixed (float* first = numbers)
        {
            Blocks.Dequantise(tensor.Format, tensor.Bytes, numbers.Length, first);
        }

        return Array.TrueForAll(numbers, float.IsFinite)
            ? numbers
            : throw new ModelException("RUN0015", $"Load model weights: found numbers that are not finite in tensor '{name}' of '{source.Path}'. Fetch the file again.");
    }
}
