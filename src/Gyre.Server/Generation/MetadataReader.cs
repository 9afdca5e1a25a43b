using Gyre.Server.Parameters;

namespace Gyre.Server.Generation;

/// <summary>Reads the <c>metadata</c> of a request: up to 16 short texts.</summary>
internal static class MetadataReader
{
    private const int Most = 16;
    private const int MostLength = 512;

    public static IReadOnlyList<(string Name, string Value)> Read(RequestReader reader)
    {
        var texts = new List<(string, string)>();
        if (reader.ReadObject("metadata", out var metadata) is not { } values)
        {
            return texts;
        }

        var names = metadata.EnumerateObject().Select(property => property.Name).ToList();
        if (names.Count > Most)
        {
            reader.Faults.Add(RequestReader.OutOfRange, "metadata", $"'metadata' has {names.Count} entries; expected at most {Most}.");
        }

        foreach (var name in names.Take(Most))
        {
            if (values.ReadString(name) is not { } value)
            {
                continue;
            }

            if (value.Length > MostLength)
            {
                reader.Faults.Add(RequestReader.OutOfRange, values.PathOf(name), $"'{values.PathOf(name)}' is longer than {MostLength} characters.");
            }

            texts.Add((name, value));
        }

        return texts;
    }
}
