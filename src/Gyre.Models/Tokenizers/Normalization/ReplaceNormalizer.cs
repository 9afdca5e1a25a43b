namespace Gyre.Models.Tokenizers.Normalization;

/// <summary>Replaces each occurrence of what a scanner finds.</summary>
internal sealed class ReplaceNormalizer(Scanning.Scanner scanner, string replacement) : Normalizer
{
    /// <summary>What is written instead.</summary>
    public string Replacement => replacement;

    /// <summary>The fixed text that is replaced, or null when it is a pattern.</summary>
    public string? Literal => (scanner as Scanning.LiteralScanner)?.Literal;

    public override void Apply(ReadOnlySpan<char> text, bool isFirst, CharBuffer destination)
    {
        for (var at = 0; at < text.Length;)
        {
            var found = scanner.FindMatch(text, at, out var end);
            destination.Copy(text[at..found], at);
            if (found < text.Length)
            {
                destination.From(found, end);
                destination.Append(replacement);
            }

            at = end;
        }
    }
}
