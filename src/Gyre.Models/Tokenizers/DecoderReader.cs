using System.Text.Json;
using Gyre.Models.Tokenizers.Normalization;

namespace Gyre.Models.Tokenizers;

/// <summary>Reads the decoder of <c>tokenizer.json</c>.</summary>
internal sealed class DecoderReader(string source)
{
    private const string Known = "Sequence, ByteLevel, Metaspace, ByteFallback, Fuse, Strip, Replace, WordPiece";

    private static readonly (string From, string To)[] CleanUps =
    [
        (" .", "."), (" ?", "?"), (" !", "!"), (" ,", ","), (" ' ", "'"), (" n't", "n't"), (" 'm", "'m"),
        (" do not", " don't"), (" 's", "'s"), (" 've", "'ve"), (" 're", "'re"),
    ];

    private readonly List<(string From, string To)> _replacements = [];
    private bool _isFused;
    private string? _continuation;
    private bool _cleansUp;

    /// <summary>True when tokens such as <c>&lt;0x0A&gt;</c> are bytes.</summary>
    public bool JoinsBytes { get; private set; }

    /// <summary>What is done to the whole text.</summary>
    public DecodingRules Rules { get; private set; } = new();

    /// <summary>Reads the decoder; absent means that tokens are joined as they are.</summary>
    public void Read(JsonElement element)
    {
        var part = new JsonPart(element, source, "decoder");
        if (!part.IsAbsent)
        {
            Add(part);
        }
    }

    /// <summary>The text of one token before the whole is put together.</summary>
    public string TextOf(string token)
    {
        foreach (var (from, to) in _replacements)
        {
            token = token.Replace(from, to, StringComparison.Ordinal);
        }

        return _continuation is null ? token : WordPieceText(token);
    }

    /// <summary>Joins tokens as WordPiece does: with a space, unless they begin with the mark of a continuation.</summary>
    public void UseWordPiece(string continuation, bool cleansUp)
    {
        _continuation = continuation;
        _cleansUp = cleansUp;
        Rules = Rules with { StrippedLeft = 1 };
    }

    private void Add(JsonPart part)
    {
        switch (part.Type)
        {
            case "Sequence":
                foreach (var child in part.Children("decoders"))
                {
                    Add(child);
                }

                break;
            case "ByteLevel":
                break; // The bytes of each token are known from its spelling.
            case "Metaspace":
                _replacements.Add((part.Text("replacement") ?? SpaceNormalizer.Space.ToString(), " "));
                var strips = (part.Text("prepend_scheme") ?? (part.Flag("add_prefix_space", true) ? "always" : "never")) != "never";
                Rules = Rules with { StrippedLeft = strips ? int.MaxValue : 0 };
                break;
            case "ByteFallback":
                JoinsBytes = true;
                Rules = Rules with { InvalidBytes = InvalidBytes.WholeRun };
                break;
            case "Fuse":
                _isFused = true;
                break;
            case "Replace" when part.Pattern() is { IsRegex: false } pattern:
                _replacements.Add((pattern.Text, part.Text("content") ?? ""));
                break;
            case "Strip" when _isFused && part.Text("content") == " ":
                Rules = Rules with { StrippedLeft = part.Number("start"), StrippedRight = part.Number("stop") };
                break;
            case "WordPiece":
                UseWordPiece(part.Text("prefix") ?? "##", part.Flag("cleanup", true));
                break;
            default:
                throw part.Unsupported(Known + " (Replace by text, Strip of spaces after Fuse)");
        }
    }

    /// <summary>The token as it stands behind another: without the mark of a continuation, or after a space.</summary>
    private string WordPieceText(string token)
    {
        var text = token.StartsWith(_continuation!, StringComparison.Ordinal) ? token[_continuation!.Length..] : " " + token; // The only caller has checked it.
        if (!_cleansUp)
        {
            return text;
        }

        // Source: the clean-up of the Hugging Face tokenizers library, which it applies token by token.
        foreach (var (from, to) in CleanUps)
        {
            text = text.Replace(from, to, StringComparison.Ordinal);
        }

        return text;
    }
}
