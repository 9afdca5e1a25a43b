using System.CommandLine;
using Gyre.Tensors.Quantization;

namespace Gyre.Cli;

/// <summary>The option <c>--cache</c>: how keys and values are kept.</summary>
internal static class CacheFormat
{
    public static Option<string> NewOption() => new("--cache")
    {
        Description = "How keys and values are kept: f32, f16 or int8.", HelpName = "FORMAT", DefaultValueFactory = _ => "f32",
    };

    /// <remarks>Errors: CLI0002 for another word.</remarks>
    public static KeyValueFormat Read(ParseResult parse, Option<string> option) => parse.GetValue(option)?.ToLowerInvariant() switch
    {
        "f32" => KeyValueFormat.F32,
        "f16" => KeyValueFormat.F16,
        "int8" => KeyValueFormat.Int8,
        var other => throw new CliException("CLI0002", $"--cache is '{other}'; expected f32, f16 or int8."),
    };
}
