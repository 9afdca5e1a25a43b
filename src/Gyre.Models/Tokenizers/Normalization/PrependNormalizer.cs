namespace Gyre.Models.Tokenizers.Normalization;

/// <summary>Puts a fixed text in front of every part.</summary>
internal sealed class PrependNormalizer(string prefix, bool unlessSpace = false) : Normalizer
{
    /// <summary>What is put in front.</summary>
    public string Prefix => prefix;

    public override void Apply(ReadOnlySpan<char> text, bool isFirst, CharBuffer destination)
    {
        if (!unlessSpace || text[0] != ' ')
        {
            destination.Append(prefix);
        }

        destination.Copy(text, 0);
    }
}
