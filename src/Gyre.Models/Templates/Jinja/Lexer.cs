using System.Globalization;

namespace Gyre.Models.Templates.Jinja;

/// <summary>Cuts a template into tokens, with white space as <c>trim_blocks</c> and <c>lstrip_blocks</c> leave it.</summary>
/// <remarks>Source: the behaviour of jinja2 3.1 with these two options on, as Hugging Face renders chat templates.</remarks>
internal sealed class Lexer
{
    // A step that looks a name up reads all of it, so long names would make steps slow.
    private const int MaxNameLength = 1000;

    private static readonly string[] Operators =
        ["//", "**", "==", "!=", ">=", "<=", "+", "-", "/", "*", "%", "~", "[", "]", "(", ")", "{", "}", ">", "<", "=", ".", ":", "|", ",", ";"];

    private readonly string _source;
    private readonly List<Token> _tokens = [];
    private readonly List<int> _lineStarts = [0];
    private int _at;
    private bool _isLineStart = true;

    private Lexer(string source)
    {
        _source = source.Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n');
        if (_source.EndsWith('\n'))
        {
            _source = _source[..^1];
        }

        for (var i = 0; i < _source.Length; i++)
        {
            if (_source[i] == '\n')
            {
                _lineStarts.Add(i + 1);
            }
        }
    }

    /// <summary>The tokens, the last of which is the end.</summary>
    /// <remarks>Errors: RUN0200.</remarks>
    public static List<Token> Tokenize(string source)
    {
        var lexer = new Lexer(source);
        lexer.Run();
        return lexer._tokens;
    }

    private void Run()
    {
        while (_at < _source.Length)
        {
            var tag = NextTag(_at);
            if (tag < 0)
            {
                AddText(_source[_at..], _at);
                break;
            }

            var kind = _source[tag + 1];
            var sign = tag + 2 < _source.Length ? _source[tag + 2] : '\0';
            AddText(Strip(_source[_at..tag], sign, isOutput: kind == '{'), _at);
            _at = tag + (sign is '-' or '+' ? 3 : 2);
            switch (kind)
            {
                case '#':
                    SkipComment(tag);
                    break;
                case '{':
                    _tokens.Add(new Token(TokenType.OutputBegin, "{{", PositionOf(tag)));
                    ReadTag("}}", TokenType.OutputEnd, tag);
                    break;
                default:
                    if (!TryReadRaw(tag))
                    {
                        _tokens.Add(new Token(TokenType.BlockBegin, "{%", PositionOf(tag)));
                        ReadTag("%}", TokenType.BlockEnd, tag);
                    }

                    break;
            }
        }

        _tokens.Add(new Token(TokenType.End, "", PositionOf(_source.Length)));
    }

    private int NextTag(int from)
    {
        for (var at = _source.IndexOf('{', from); at >= 0 && at + 1 < _source.Length; at = _source.IndexOf('{', at + 1))
        {
            if (_source[at + 1] is '{' or '%' or '#')
            {
                return at;
            }
        }

        return -1;
    }

    // What a tag leaves of the text before it.
    private string Strip(string text, char sign, bool isOutput)
    {
        if (sign == '-')
        {
            return text.AsSpan().TrimEnd().ToString();
        }

        var lineStart = text.LastIndexOf('\n') + 1;
        var canStrip = sign != '+' && !isOutput && (lineStart > 0 || _isLineStart);
        return canStrip && text.AsSpan(lineStart).IsWhiteSpace() ? text[..lineStart] : text;
    }

    private void AddText(string text, int start)
    {
        if (text.Length > 0)
        {
            _tokens.Add(new Token(TokenType.Text, text, PositionOf(start)));
        }
    }

    private void SkipComment(int tag)
    {
        var end = _source.IndexOf("#}", _at, StringComparison.Ordinal);
        if (end < 0)
        {
            throw TemplateErrors.Syntax(PositionOf(tag), "a comment without an end", "'#}'");
        }

        var sign = end > _at ? _source[end - 1] : '\0';
        _at = end + 2;
        AfterTag(sign, trimsLine: true);
    }

    private bool TryReadRaw(int tag)
    {
        var at = SkipSpace(_at);
        if (!Follows(at, "raw") || (at = SkipSpace(at + 3)) >= _source.Length)
        {
            return false;
        }

        var sign = _source[at];
        at += sign == '-' ? 1 : 0;
        if (!Follows(at, "%}"))
        {
            return false;
        }

        _at = at + 2;
        AfterTag(sign, trimsLine: false);
        for (var end = _source.IndexOf("{%", _at, StringComparison.Ordinal); end >= 0; end = _source.IndexOf("{%", end + 2, StringComparison.Ordinal))
        {
            var beginSign = end + 2 < _source.Length ? _source[end + 2] : '\0';
            var name = SkipSpace(end + 2 + (beginSign is '-' or '+' ? 1 : 0));
            if (!Follows(name, "endraw"))
            {
                continue;
            }

            var close = SkipSpace(name + 6);
            var endSign = close < _source.Length ? _source[close] : '\0';
            close += endSign is '-' or '+' ? 1 : 0;
            if (Follows(close, "%}"))
            {
                AddText(Strip(_source[_at..end], beginSign, isOutput: false), _at);
                _at = close + 2;
                AfterTag(endSign, trimsLine: true);
                return true;
            }
        }

        throw TemplateErrors.Syntax(PositionOf(tag), "a raw block without an end", "'{% endraw %}'");
    }

    private void ReadTag(string close, TokenType closeType, int tag)
    {
        var brackets = new Stack<char>();
        while (true)
        {
            _at = SkipSpace(_at);
            if (_at >= _source.Length)
            {
                throw TemplateErrors.Syntax(PositionOf(tag), "a tag without an end", $"'{close}'");
            }

            if (brackets.Count == 0 && IsClose(close, out var sign))
            {
                _tokens.Add(new Token(closeType, close, PositionOf(_at)));
                _at += close.Length + (sign == '\0' ? 0 : 1);
                AfterTag(sign, trimsLine: closeType == TokenType.BlockEnd);
                return;
            }

            ReadToken(brackets);
        }
    }

    private bool IsClose(string close, out char sign)
    {
        sign = _source[_at] == '-' || (_source[_at] == '+' && close == "%}") ? _source[_at] : '\0';
        return Follows(_at + (sign == '\0' ? 0 : 1), close);
    }

    // White space behind a tag: '-' takes all of it, a block or comment one line break.
    private void AfterTag(char sign, bool trimsLine)
    {
        var before = _at;
        if (sign == '-')
        {
            _at = SkipSpace(_at);
        }
        else if (trimsLine && sign != '+' && _at < _source.Length && _source[_at] == '\n')
        {
            _at++;
        }

        _isLineStart = _at > before && _source[_at - 1] == '\n';
    }

    private void ReadToken(Stack<char> brackets)
    {
        var start = _at;
        var position = PositionOf(start);
        var first = _source[start];
        if (char.IsLetter(first) || first == '_')
        {
            while (_at < _source.Length && (char.IsLetterOrDigit(_source[_at]) || _source[_at] == '_'))
            {
                _at++;
            }

            if (_at - start > MaxNameLength)
            {
                throw TemplateErrors.Syntax(position, $"a name of {_at - start:N0} characters", $"at most {MaxNameLength:N0}");
            }

            _tokens.Add(new Token(TokenType.Name, _source[start.._at], position));
        }
        else if (char.IsAsciiDigit(first))
        {
            ReadNumber(position);
        }
        else if (first is '"' or '\'')
        {
            ReadString(position);
        }
        else
        {
            var text = Array.Find(Operators, candidate => Follows(start, candidate))
                ?? throw TemplateErrors.Syntax(position, $"character U+{(int)first:X4}", "an expression");
            CheckBrackets(text[0], brackets, position);
            _at += text.Length;
            _tokens.Add(new Token(TokenType.Operator, text, position));
        }
    }

    private static void CheckBrackets(char text, Stack<char> brackets, Position position)
    {
        if (text is '(' or '[' or '{')
        {
            brackets.Push(text switch { '(' => ')', '[' => ']', _ => '}' });
        }
        else if (text is ')' or ']' or '}' && (!brackets.TryPop(out var expected) || expected != text))
        {
            throw TemplateErrors.Syntax(position, $"'{text}'", expected == '\0' ? "no closing bracket" : $"'{expected}'");
        }
    }

    private void ReadNumber(Position position)
    {
        var start = _at;
        if (Follows(_at, "0x") || Follows(_at, "0X"))
        {
            _at += 2;
            SkipWhile(unit => char.IsAsciiHexDigit(unit) || unit == '_');
            var digits = _source[(start + 2).._at].Replace("_", "", StringComparison.Ordinal);
            if (!long.TryParse(digits, NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var hex))
            {
                throw TemplateErrors.Syntax(position, "a number that is malformed or too large", "a number of 64 bits");
            }

            _tokens.Add(new Token(TokenType.Integer, hex.ToString(CultureInfo.InvariantCulture), position));
            return;
        }

        SkipWhile(unit => char.IsAsciiDigit(unit) || unit == '_');
        var isFloat = false;
        if (_at + 1 < _source.Length && _source[_at] == '.' && char.IsAsciiDigit(_source[_at + 1]))
        {
            isFloat = true;
            _at++;
            SkipWhile(unit => char.IsAsciiDigit(unit) || unit == '_');
        }

        if (_at < _source.Length && _source[_at] is 'e' or 'E')
        {
            var exponent = _at + 1;
            exponent += exponent < _source.Length && _source[exponent] is '+' or '-' ? 1 : 0;
            if (exponent < _source.Length && char.IsAsciiDigit(_source[exponent]))
            {
                isFloat = true;
                _at = exponent;
                SkipWhile(char.IsAsciiDigit);
            }
        }

        var text = _source[start.._at].Replace("_", "", StringComparison.Ordinal);
        if (!isFloat && !long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out _))
        {
            throw TemplateErrors.Syntax(position, "a number that is too large", "a number of 64 bits");
        }

        _tokens.Add(new Token(isFloat ? TokenType.Float : TokenType.Integer, text, position));
    }

    private void ReadString(Position position)
    {
        var quote = _source[_at++];
        var start = _at;
        while (_at < _source.Length && _source[_at] != quote)
        {
            _at += _source[_at] == '\\' ? 2 : 1;
        }

        if (_at >= _source.Length)
        {
            throw TemplateErrors.Syntax(position, "a string without an end", $"a closing {quote}");
        }

        _tokens.Add(new Token(TokenType.String, StringEscapes.Read(_source.AsSpan(start, _at - start), position), position));
        _at++;
    }

    private void SkipWhile(Func<char, bool> wanted)
    {
        while (_at < _source.Length && wanted(_source[_at]))
        {
            _at++;
        }
    }

    private int SkipSpace(int at)
    {
        while (at < _source.Length && char.IsWhiteSpace(_source[at]))
        {
            at++;
        }

        return at;
    }

    private bool Follows(int at, string text) => at <= _source.Length && _source.AsSpan(at).StartsWith(text, StringComparison.Ordinal);

    private Position PositionOf(int offset)
    {
        var line = _lineStarts.BinarySearch(offset);
        line = line < 0 ? ~line - 1 : line;
        return new Position(line + 1, offset - _lineStarts[line] + 1);
    }
}
