using Gyre.Tensors.Kernels;

namespace Gyre.Models.Architectures;

/// <summary>config.json's names of activation functions.</summary>
internal static class ActivationNames
{
    /// <summary>Reads a name; a fault names those that are known.</summary>
    public static ActivationFunction Read(ConfigurationFields fields, string field, ActivationFunction fallback)
    {
        var name = fields.Text(field, NameOf(fallback));
        ActivationFunction? found = name switch
        {
            "silu" or "swish" => ActivationFunction.Silu,
            "gelu" or "gelu_python" => ActivationFunction.Gelu,
            "gelu_new" or "gelu_fast" or "gelu_pytorch_tanh" or "gelu_accurate" => ActivationFunction.GeluTanh,
            "quick_gelu" => ActivationFunction.QuickGelu,
            "relu" => ActivationFunction.Relu,
            "tanh" => ActivationFunction.Tanh,
            _ => null,
        };
        if (found is null)
        {
            fields.Fault(field, $"'{name}'", "silu, gelu, gelu_new, gelu_pytorch_tanh, quick_gelu, relu or tanh");
        }

        return found ?? fallback;
    }

    /// <summary>The name that is written.</summary>
    public static string NameOf(ActivationFunction activation) => activation switch
    {
        ActivationFunction.Gelu => "gelu",
        ActivationFunction.GeluTanh => "gelu_new",
        ActivationFunction.QuickGelu => "quick_gelu",
        ActivationFunction.Relu => "relu",
        ActivationFunction.Tanh => "tanh",
        _ => "silu",
    };
}
