namespace Gyre.Models.Tokenizers.Normalization;

/// <summary>Replaces each occurrence of what a scanner finds.</summary>
internal sealed class ReplaceNormalizer(Scanning.Scanner scanner, string replacement) : Normalizer
{
    public override void Apply(ReadOnlySpan<char> text, bool isFirst, CharBuffer destination)
    {
        for (var at = 0; at < text.Length;)
        {
            var found = scanner.FindMatch(text, at, out var end);
            destination.Append(text[at..found]);
            if (found < text.Length)
            {
                destination.Append(replacement);
            }

            at = end;
        }
    }
}
