using System.Globalization;

namespace Gyre.Models.Constraints.Regexes;

/// <summary>Reads the regular part of ECMA-262 expressions (with the meaning of its u flag).</summary>
/// <remarks>
/// What needs memory of what was matched, or looks around, is refused by name. A lazy quantifier matches the same texts
/// as a greedy one, so it is read as that.
/// <para>Source: ECMA-262, section 22.2.1 "Patterns".</para>
/// </remarks>
internal sealed class RegexParser
{
    /// <summary>The longest expression, in UTF-16 units.</summary>
    public const int MaxLength = 20_000;

    /// <summary>The largest count of a repetition.</summary>
    public const int MaxCount = 100_000;

    private const int MaxDepth = 200;

    private readonly string _text;
    private readonly string _where;
    private int _at;
    private int _depth;

    private RegexParser(string text, string where)
    {
        _text = text;
        _where = where;
    }

    private bool IsAtEnd => _at == _text.Length;

    private char Current => _at < _text.Length ? _text[_at] : '\0';

    /// <summary>Parses an expression.</summary>
    /// <param name="text">The expression.</param>
    /// <param name="where">Where it stands, for messages.</param>
    /// <remarks>Errors: RUN0704 for a fault or something unsupported, RUN0703 past a limit.</remarks>
    public static RegexNode Parse(string text, string where)
    {
        if (text.Length > MaxLength)
        {
            throw ConstraintErrors.TooLarge("Regular expression", $"it has {text.Length:N0} characters ({where})", $"at most {MaxLength:N0}");
        }

        var parser = new RegexParser(text, where);
        var node = parser.ParseChoice();
        return parser.IsAtEnd ? node : throw parser.Fault("')' without '('", "balanced brackets");
    }

    private RegexNode ParseChoice()
    {
        if (++_depth > MaxDepth)
        {
            throw ConstraintErrors.TooLarge("Regular expression", $"its groups nest deeper than {MaxDepth} ({_where})", $"at most {MaxDepth}");
        }

        List<RegexNode> branches = [ParseSequence()];
        while (Current == '|' && !IsAtEnd)
        {
            _at++;
            branches.Add(ParseSequence());
        }

        _depth--;
        return branches.Count == 1 ? branches[0] : new RegexChoice(branches);
    }

    private RegexNode ParseSequence()
    {
        var parts = new List<RegexNode>();
        while (!IsAtEnd && Current is not ('|' or ')'))
        {
            parts.Add(ParseQuantified());
        }

        return parts.Count == 1 ? parts[0] : new RegexSequence(parts);
    }

    private RegexNode ParseQuantified()
    {
        var start = _at;
        var node = ParseAtom();
        if (!TryParseQuantifier(out var minimum, out var maximum))
        {
            return node;
        }

        if (node is RegexStart or RegexEnd)
        {
            throw Fault("a repeated anchor", "something that can be repeated", start);
        }

        if (Current == '?')
        {
            _at++;
        }

        return TryParseQuantifier(out _, out _)
            ? throw Fault("a quantifier after a quantifier", "one quantifier (there are no possessive ones)")
            : new RegexRepeat(node, minimum, maximum);
    }

    private bool TryParseQuantifier(out int minimum, out int? maximum)
    {
        (minimum, maximum) = (0, null);
        switch (Current)
        {
            case '*':
                _at++;
                return true;
            case '+':
                _at++;
                minimum = 1;
                return true;
            case '?' when !IsAtEnd:
                _at++;
                maximum = 1;
                return true;
            case '{':
                ParseCounts(out minimum, out maximum);
                return true;
            default:
                return false;
        }
    }

    private void ParseCounts(out int minimum, out int? maximum)
    {
        var start = _at++;
        minimum = ParseCount(start);
        maximum = minimum;
        if (Current == ',')
        {
            _at++;
            maximum = Current == '}' ? null : ParseCount(start);
        }

        if (Current != '}')
        {
            throw Fault("'{' that begins no count", "{n}, {n,} or {n,m}; write \\{ for the character", start);
        }

        _at++;
        if (maximum < minimum)
        {
            throw Fault("a repetition whose maximum is below its minimum", "{n,m} with n ≤ m", start);
        }
    }

    private int ParseCount(int start)
    {
        var from = _at;
        while (char.IsAsciiDigit(Current))
        {
            _at++;
        }

        if (from == _at)
        {
            throw Fault("'{' that begins no count", "{n}, {n,} or {n,m}; write \\{ for the character", start);
        }

        return int.TryParse(_text.AsSpan(from, _at - from), NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count <= MaxCount
            ? count
            : throw ConstraintErrors.TooLarge("Regular expression", $"a repetition counts to {ConstraintErrors.Shorten(_text[from.._at])} ({_where})", $"at most {MaxCount:N0}");
    }

    private RegexNode ParseAtom()
    {
        switch (Current)
        {
            case '^':
                _at++;
                return new RegexStart();
            case '$':
                _at++;
                return new RegexEnd();
            case '.':
                _at++;
                return new RegexSet(UnicodeCategories.LineEnds.Complement());
            case '(':
                return ParseGroup();
            case '[':
                return new RegexSet(ParseClass());
            case '*' or '+' or '?':
                throw Fault($"'{Current}' with nothing before it", "something to repeat");
            case '{' or '}' or ']':
                throw Fault($"'{Current}' alone", $"\\{Current} for the character");
            case '\\':
                return new RegexSet(ParseEscape(isInClass: false));
            default:
                return new RegexSet(Single(ParseRune()));
        }
    }

    private RegexNode ParseGroup()
    {
        var start = _at++;
        if (Current == '?')
        {
            SkipGroupKind(start);
        }

        var node = ParseChoice();
        if (Current != ')' || IsAtEnd)
        {
            throw Fault("'(' without ')'", "balanced brackets", start);
        }

        _at++;
        return node;
    }

    private void SkipGroupKind(int start)
    {
        var rest = _text.AsSpan(_at);
        if (rest.StartsWith("?:"))
        {
            _at += 2;
            return;
        }

        if (rest.StartsWith("?=") || rest.StartsWith("?!") || rest.StartsWith("?<=") || rest.StartsWith("?<!"))
        {
            throw Fault("a look-around", "an expression without it", start);
        }

        var end = rest.IndexOf('>');
        if (rest.StartsWith("?<") && end > 2 && !rest[2..end].ContainsAnyExcept(NameCharacters))
        {
            _at += end + 1;
            return;
        }

        throw Fault("a group '(?' of an unknown kind or inline flags", "(...), (?:...) or (?<name>...)", start);
    }

    private static readonly System.Buffers.SearchValues<char> NameCharacters =
        System.Buffers.SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_$");

    private CodePointSet ParseClass()
    {
        var start = _at++;
        var isNegated = Current == '^';
        _at += isNegated ? 1 : 0;
        var ranges = new List<(int Low, int High)>();
        while (Current != ']')
        {
            if (IsAtEnd)
            {
                throw Fault("'[' without ']'", "a closed class", start);
            }

            var from = _at;
            var low = ParseClassPart();
            if (Current == '-' && _at + 1 < _text.Length && _text[_at + 1] != ']')
            {
                _at++;
                var high = ParseClassPart();
                if (!IsSingle(low) || !IsSingle(high) || low.Ranges[0].Low > high.Ranges[0].Low)
                {
                    throw Fault($"the range '{ConstraintErrors.Shorten(_text[from.._at])}'", "two single characters, the lower first", from);
                }

                ranges.Add((low.Ranges[0].Low, high.Ranges[0].Low));
            }
            else
            {
                ranges.AddRange(low.Ranges);
            }
        }

        _at++;
        var set = CodePointSet.Of(ranges);
        return isNegated ? set.Complement() : set;
    }

    private CodePointSet ParseClassPart() => Current == '\\' ? ParseEscape(isInClass: true) : Single(ParseRune());

    private CodePointSet ParseEscape(bool isInClass)
    {
        var start = _at++;
        if (IsAtEnd)
        {
            throw Fault("a backslash at the end", "an escape", start);
        }

        var letter = _text[_at++];
        switch (letter)
        {
            case 'd':
                return UnicodeCategories.Digits;
            case 'D':
                return UnicodeCategories.Digits.Complement();
            case 'w':
                return UnicodeCategories.Word;
            case 'W':
                return UnicodeCategories.Word.Complement();
            case 's':
                return UnicodeCategories.WhiteSpace;
            case 'S':
                return UnicodeCategories.WhiteSpace.Complement();
            case 'p' or 'P':
                return ParseCategory(letter == 'P', start);
            case 't':
                return Single('\t');
            case 'n':
                return Single('\n');
            case 'r':
                return Single('\r');
            case 'f':
                return Single('\f');
            case 'v':
                return Single('\v');
            case 'b' when isInClass:
                return Single('\b');
            case '0' when !char.IsAsciiDigit(Current):
                return Single(0);
            case 'c' when char.IsAsciiLetter(Current):
                return Single(_text[_at++] & 31);
            case 'x':
                return Single(ParseHex(2, start));
            case 'u':
                return Single(ParseUnicode(start));
            case 'b' or 'B':
                throw Fault($"the word boundary \\{letter}", "an expression without it", start);
            case >= '0' and <= '9' or 'k':
                throw Fault("a back-reference", "an expression without it", start);
            default:
                return char.IsAsciiLetter(letter) || char.IsSurrogate(letter)
                    ? throw Fault($"the unknown escape \\{letter}", "an escape of ECMA-262", start)
                    : Single(letter);
        }
    }

    private CodePointSet ParseCategory(bool isNegated, int start)
    {
        var close = Current == '{' ? _text.IndexOf('}', _at) : -1;
        var name = close < 0 ? "" : _text[(_at + 1)..close];
        var value = name[(name.IndexOf('=', StringComparison.Ordinal) + 1)..];
        var isCategory = value.Length == name.Length || name.StartsWith("gc=", StringComparison.Ordinal) || name.StartsWith("General_Category=", StringComparison.Ordinal);
        var set = isCategory ? UnicodeCategories.Find(value) : null;
        if (set is null)
        {
            throw Fault($"the property '{ConstraintErrors.Shorten(name)}'", "a general category such as \\p{L} or \\p{Lu}", start);
        }

        _at = close + 1;
        return isNegated ? set.Complement() : set;
    }

    private int ParseUnicode(int start)
    {
        if (Current == '{')
        {
            var close = _text.IndexOf('}', _at);
            if (close > _at + 1 && close <= _at + 7
                && int.TryParse(_text.AsSpan(_at + 1, close - _at - 1), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value)
                && value <= CodePointSet.Last)
            {
                _at = close + 1;
                return value;
            }

            throw Fault("an escape \\u{...} that names no character", "hexadecimal digits up to 10FFFF", start);
        }

        var high = ParseHex(4, start);
        if (char.IsHighSurrogate((char)high) && Current == '\\' && _at + 1 < _text.Length && _text[_at + 1] == 'u')
        {
            _at += 2;
            var low = ParseHex(4, start);
            return char.IsLowSurrogate((char)low)
                ? char.ConvertToUtf32((char)high, (char)low)
                : throw Fault("half a surrogate pair", "both halves", start);
        }

        return char.IsSurrogate((char)high) ? throw Fault("half a surrogate pair", "both halves", start) : high;
    }

    private int ParseHex(int digits, int start)
    {
        if (_at + digits <= _text.Length
            && ushort.TryParse(_text.AsSpan(_at, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value))
        {
            _at += digits;
            return value;
        }

        throw Fault("an escape with too few hexadecimal digits", $"{digits} of them", start);
    }

    private int ParseRune()
    {
        var first = _text[_at++];
        if (!char.IsSurrogate(first))
        {
            return first;
        }

        return char.IsHighSurrogate(first) && char.IsLowSurrogate(Current)
            ? char.ConvertToUtf32(first, _text[_at++])
            : throw Fault("half a surrogate pair", "whole characters", _at - 1);
    }

    private static CodePointSet Single(int codePoint) => CodePointSet.Of((codePoint, codePoint));

    private static bool IsSingle(CodePointSet set) => set.Ranges.Count == 1 && set.Ranges[0].Low == set.Ranges[0].High;

    private ModelException Fault(string found, string expected, int? at = null) =>
        ConstraintErrors.Regex(_where, (at ?? _at) + 1, found, expected);
}
