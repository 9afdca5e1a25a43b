using static Gyre.Server.Parameters.ParameterSupport;

namespace Gyre.Server.Parameters;

/// <summary>The parts of the form that <c>/v1/files</c> takes.</summary>
internal static class FileParameters
{
    public static ParameterTable Table { get; } = new(
        "FileForm",
        "A file to keep.",
        [
            new("file", Supported, """{"type":"string","format":"binary"}""", "The file with its name. For fine-tuning: JSON Lines with messages, prompt and completion, or text; or CSV, TSV, plain text.", IsRequired: true),
            new("purpose", Supported, """{"type":"string","enum":["fine-tune","batch","assistants","vision","user_data","evals"]}""", "What it is for; only fine-tune does anything here yet.", IsRequired: true),
            new("expires_after", Refused, null, "Files are kept until they are deleted."),
        ]);
}
