using Gyre.Models.Generation;
using Gyre.Models.Tokenizers;
using Gyre.Server.Wire;

namespace Gyre.Server.Generation;

/// <summary>Collects the side-by-side lists of a completion's log-probabilities and counts where each token begins.</summary>
/// <remarks>One writer a choice: places go on from one call to the next, so a stream's events continue each other.</remarks>
internal sealed class CompletionLogprobWriter(ITokenizer tokenizer)
{
    private readonly System.Text.Decoder _utf8 = System.Text.Encoding.UTF8.GetDecoder();
    private char[] _characters = new char[64];
    private int _offset;
    private bool _isFirst = true;

    /// <summary>The lists of the tokens given; a null log-probability stands for the first token of an echoed prompt.</summary>
    public CompletionLogprobs Write(IEnumerable<(int Id, TokenLogprob? Logprob)> items, bool hasAlternatives)
    {
        var tokens = new List<string>();
        var logprobs = new List<double?>();
        var tops = new List<IReadOnlyDictionary<string, double>?>();
        var offsets = new List<int>();
        foreach (var (id, logprob) in items)
        {
            var bytes = TokenText.Bytes(tokenizer, id, _isFirst);
            tokens.Add(TokenText.Exact(bytes));
            logprobs.Add(logprob is null ? null : ChatLogprobWriter.Finite(logprob.Logprob));
            tops.Add(logprob is null || !hasAlternatives ? null : Alternatives(logprob));
            offsets.Add(_offset);
            Advance(id, bytes);
        }

        return new CompletionLogprobs { Tokens = tokens, TokenLogprobs = logprobs, TopLogprobs = tops, TextOffset = offsets };
    }

    /// <summary>Moves past a token's text; special tokens are not part of it.</summary>
    private void Advance(int id, byte[] bytes)
    {
        if (tokenizer.IsSpecial(id))
        {
            return;
        }

        _isFirst = false;
        if (_characters.Length < bytes.Length + 4)
        {
            _characters = new char[bytes.Length * 2];
        }

        var count = _utf8.GetChars(bytes, _characters, flush: false);
        for (var i = 0; i < count; i++)
        {
            if (!char.IsLowSurrogate(_characters[i]))
            {
                _offset++;
            }
        }
    }

    private Dictionary<string, double> Alternatives(TokenLogprob token)
    {
        // The token itself is always listed. Two tokens may spell the same; the more likely one, which comes first, stays.
        var byText = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach (var (id, logprob) in token.Top)
        {
            byText.TryAdd(TokenText.Exact(TokenText.Bytes(tokenizer, id)), ChatLogprobWriter.Finite(logprob));
        }

        byText.TryAdd(TokenText.Exact(TokenText.Bytes(tokenizer, token.Id)), ChatLogprobWriter.Finite(token.Logprob));
        return byText;
    }
}
