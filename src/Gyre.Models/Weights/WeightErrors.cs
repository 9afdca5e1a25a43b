using System.Globalization;
using System.Text;

namespace Gyre.Models.Weights;

/// <summary>Builds the errors of this room: codes, and outside text made safe to print.</summary>
internal static class WeightErrors
{
    private const int MaxQuotedChars = 300;

    /// <summary>A file that cannot be opened or mapped.</summary>
    public static ModelException CannotOpen(string path, Exception cause)
    {
        var (found, next) = cause switch
        {
            FileNotFoundException or DirectoryNotFoundException => ("no such file", "Check the path."),
            UnauthorizedAccessException when Directory.Exists(path) => ("a folder", "Name a file inside it."),
            UnauthorizedAccessException => ("access is denied", "Check the file's permissions."),
            _ => (cause.Message, "Check that it is a readable regular file."),
        };
        return new ModelException("RUN0001", $"Opening weights {Quote(path)}: {found}; expected a readable file. {next}", cause);
    }

    /// <summary>A safetensors file whose header length or extent is wrong.</summary>
    public static ModelException SafetensorsExtent(string path, string found, string expected) =>
        new("RUN0002", $"Reading safetensors file {Quote(path)}: {found}; expected {expected}. The file is cut short, damaged or of another format: fetch it again.");

    /// <summary>A safetensors header that is not the JSON it should be.</summary>
    public static ModelException SafetensorsHeader(string path, string found, string expected, Exception? cause = null) =>
        new("RUN0003", $"Reading the header of safetensors file {Quote(path)}: {found}; expected {expected}. The file is damaged or was written wrongly: fetch it again.", cause);

    /// <summary>A tensor entry that contradicts itself, another tensor or the file.</summary>
    public static ModelException SafetensorsTensor(string path, string name, string found, string expected) =>
        new("RUN0004", $"Reading tensor {Quote(name)} of safetensors file {Quote(path)}: {found}; expected {expected}. The file is damaged or was written wrongly: fetch it again.");

    /// <summary>A shard index that is malformed or disagrees with its shards.</summary>
    public static ModelException Index(string path, string found, string expected, Exception? cause = null) =>
        new("RUN0005", $"Reading safetensors index {Quote(path)}: {found}; expected {expected}. Fetch the model's files again, all of one revision.", cause);

    /// <summary>A tensor in an encoding that cannot be computed on.</summary>
    public static ModelException UnsupportedFormat(string path, string name, string format) =>
        new("RUN0006", $"Using tensor {Quote(name)} of {Quote(path)}: it is encoded as {format}; expected F32, F16, BF16, F64, Q4_0, Q8_0, Q4_K, Q5_K, Q6_K or plain integers. {NearestTo(format)}Use a file of the same model in one of these.");

    /// <summary>The supported encoding of about as many bits, as a sentence; empty where the name tells no bits.</summary>
    private static string NearestTo(string format)
    {
        var bits = format.IndexOfAny(['1', '2', '3', '4', '5', '6', '8']) is >= 0 and var at ? format[at] : ' ';
        string? nearest = format.StartsWith("F8", StringComparison.Ordinal) ? "F16"
            : !(format.StartsWith('Q') || format.StartsWith("IQ", StringComparison.Ordinal) || format.StartsWith("TQ", StringComparison.Ordinal) || format.StartsWith("MX", StringComparison.Ordinal) || format.StartsWith("F4", StringComparison.Ordinal)) ? null
            : bits switch
            {
                '1' or '2' or '3' => "Q4_K",
                '4' => format.EndsWith("_1", StringComparison.Ordinal) ? "Q4_0" : "Q4_K",
                '5' => "Q5_K",
                '6' => "Q6_K",
                '8' => "Q8_0",
                _ => null,
            };
        return nearest is null ? "" : $"The nearest of these is {nearest}. ";
    }

    /// <summary>A file that cannot be written; what was there before is intact.</summary>
    public static ModelException CannotWrite(string path, Exception cause) =>
        new("RUN0007", $"Writing {Quote(path)}: {cause.Message} A file of that name from before, if any, is unchanged. Free space on the disk or choose a folder that can be written, then try again.", cause);

    /// <summary>A tensor that the model needs and the file lacks.</summary>
    public static ModelException MissingTensor(string name, IReadOnlyList<string> names) =>
        new("RUN0008", $"Loading weights: there is no tensor {Quote(name)} among {names.Count.ToString(CultureInfo.InvariantCulture)} tensors{(names.Count == 0 ? "" : " (the first is " + Quote(names[0]) + ")")}; expected one of that name. The weights belong to another architecture or are incomplete.");

    /// <summary>A file that is not GGUF, or of a version that cannot be read.</summary>
    public static ModelException NotGguf(string path, string found, string expected) =>
        new("RUN0010", $"Reading GGUF file {Quote(path)}: {found}; expected {expected}. Name a GGUF file, or convert it anew with a current converter.");

    /// <summary>A GGUF file that ends early or claims counts and lengths beyond its limits.</summary>
    public static ModelException GgufExtent(string path, string found, string expected) =>
        new("RUN0011", $"Reading GGUF file {Quote(path)}: {found}; expected {expected}. The file is cut short or damaged: fetch it again.");

    /// <summary>A malformed key or value.</summary>
    public static ModelException GgufMetadata(string path, string key, string found, string expected) =>
        new("RUN0012", $"Reading metadata key {Quote(key)} of GGUF file {Quote(path)}: {found}; expected {expected}. The file is damaged or was written wrongly: fetch it again.");

    /// <summary>A tensor entry that contradicts itself, another tensor or the file.</summary>
    public static ModelException GgufTensor(string path, string name, string found, string expected) =>
        new("RUN0013", $"Reading tensor {Quote(name)} of GGUF file {Quote(path)}: {found}; expected {expected}. The file is damaged or was written wrongly: fetch it again.");

    /// <summary>A metadata key that a model needs and the file lacks, or that holds another type.</summary>
    public static ModelException GgufKey(string path, string key, string found, string expected) =>
        new("RUN0014", $"Using metadata key {Quote(key)} of GGUF file {Quote(path)}: {found}; expected {expected}. Use a file made by a current converter.");

    /// <summary>A weight that is not a finite number.</summary>
    public static ModelException NonFinite(string name, long index, string value) =>
        new("RUN0015", $"Checking weights: tensor {Quote(name)} holds {value} at element {index.ToString(CultureInfo.InvariantCulture)}; expected finite numbers only. The file is damaged or its training diverged: fetch it again or use an earlier checkpoint.");

    /// <summary>Outside text in quotes, shortened, with everything that could disturb a terminal escaped.</summary>
    public static string Quote(string text)
    {
        var quoted = new StringBuilder(Math.Min(text.Length, MaxQuotedChars) + 8).Append('\'');
        var used = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            if (used++ == MaxQuotedChars)
            {
                quoted.Append('…');
                break;
            }

            var category = Rune.GetUnicodeCategory(rune);
            if (category is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator)
            {
                quoted.Append("\\u{").Append(rune.Value.ToString("X", CultureInfo.InvariantCulture)).Append('}');
            }
            else
            {
                quoted.Append(rune.ToString());
            }
        }

        return quoted.Append('\'').ToString();
    }
}
