using System.Globalization;
using System.Text;
using Gyre.Models.Constraints.Regexes;

namespace Gyre.Models.Constraints.Grammars;

/// <summary>Reads grammars in GBNF: rules <c>name ::= ...</c>, the one named root first in what is written.</summary>
/// <remarks>
/// Strings, classes, <c>.</c>, groups, <c>|</c>, <c>* + ?</c> and <c>{n,m}</c>; comments begin with #. A rule ends at the
/// end of a line, unless a group is open or the line ends with ::= or |.
/// </remarks>
internal sealed class GbnfParser
{
    /// <summary>The longest grammar, in UTF-16 units.</summary>
    public const int MaxLength = 1 << 20;

    private const int MaxDepth = 200;
    private const int MaxQuantifiers = 4;

    private readonly string _text;
    private readonly Dictionary<string, GrammarRule> _rules = new(StringComparer.Ordinal);
    private readonly HashSet<string> _defined = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _firstUses = new(StringComparer.Ordinal);
    private int _at;
    private int _depth;

    private GbnfParser(string text) => _text = text;

    private char Current => _at < _text.Length ? _text[_at] : '\0';

    /// <summary>The root rule of a grammar. Errors: RUN0705 for a fault, RUN0703 past a limit.</summary>
    public static GrammarRule Parse(string text)
    {
        if (text.Length > MaxLength)
        {
            throw ConstraintErrors.TooLarge("Grammar", $"it has {text.Length:N0} characters", $"at most {MaxLength:N0}");
        }

        var parser = new GbnfParser(text);
        parser.SkipSpace(acrossLines: true);
        while (parser._at < text.Length)
        {
            parser.ParseRule();
            parser.SkipSpace(acrossLines: true);
        }

        foreach (var (name, at) in parser._firstUses)
        {
            if (!parser._defined.Contains(name))
            {
                throw parser.Fault($"the rule '{ConstraintErrors.Shorten(name)}', which is not defined", "only defined rules", at);
            }
        }

        return parser._defined.Contains("root") ? parser._rules["root"] : throw parser.Fault("no rule 'root'", "root ::= ...", 0);
    }

    private void ParseRule()
    {
        var start = _at;
        var name = ParseName();
        SkipSpace(acrossLines: false);
        if (!_text.AsSpan(_at).StartsWith("::="))
        {
            throw Fault("no '::=' behind a rule's name", "name ::= ...", _at);
        }

        _at += 3;
        if (!_defined.Add(name))
        {
            throw Fault($"a second rule '{ConstraintErrors.Shorten(name)}'", "one rule of a name", start);
        }

        SkipSpace(acrossLines: true);
        RuleOf(name).Body = ParseChoice(isNested: false);
        if (_at < _text.Length && Current is not ('\n' or '\r'))
        {
            throw Fault($"'{Current}'", "the end of the rule", _at);
        }
    }

    private GrammarRule RuleOf(string name)
    {
        if (!_rules.TryGetValue(name, out var rule))
        {
            _rules.Add(name, rule = new GrammarRule(name));
        }

        return rule;
    }

    private string ParseName()
    {
        var start = _at;
        while (char.IsAsciiLetterOrDigit(Current) || Current is '-' or '_')
        {
            _at++;
        }

        return _at > start ? _text[start.._at] : throw Fault(_at < _text.Length ? $"'{Current}'" : "the end", "a rule's name", _at);
    }

    private GrammarNode ParseChoice(bool isNested)
    {
        if (++_depth > MaxDepth)
        {
            throw ConstraintErrors.TooLarge("Grammar", $"its groups nest deeper than {MaxDepth}", $"at most {MaxDepth}");
        }

        var branches = new List<GrammarNode> { ParseSequence(isNested) };
        while (Current == '|')
        {
            _at++;
            SkipSpace(acrossLines: true);
            branches.Add(ParseSequence(isNested));
        }

        _depth--;
        return branches.Count == 1 ? branches[0] : new ChoiceNode(branches);
    }

    private SequenceNode ParseSequence(bool isNested)
    {
        var parts = new List<GrammarNode>();
        while (_at < _text.Length && Current is not ('|' or ')' or '\n' or '\r'))
        {
            var start = _at;
            var part = ParsePart();
            parts.Add(ParseQuantifiers(part, start));
            SkipSpace(isNested);
        }

        return new SequenceNode(parts);
    }

    private GrammarNode ParsePart()
    {
        switch (Current)
        {
            case '"':
                return ParseString();
            case '[':
                return new CharacterNode(ParseClass());
            case '.':
                _at++;
                return new CharacterNode(CodePointSet.All);
            case '(':
                var start = _at++;
                SkipSpace(acrossLines: true);
                var inner = ParseChoice(isNested: true);
                if (Current != ')')
                {
                    throw Fault("'(' without ')'", "balanced brackets", start);
                }

                _at++;
                return inner;
            case '<' or '!':
                throw Fault("a token reference", "text: tokens are chosen by what they spell", _at);
            default:
                var at = _at;
                var name = ParseName();
                _firstUses.TryAdd(name, at);
                return new RuleNode(RuleOf(name));
        }
    }

    private GrammarNode ParseQuantifiers(GrammarNode part, int start)
    {
        for (var count = 0; Current is '*' or '+' or '?' or '{'; count++)
        {
            if (count == MaxQuantifiers)
            {
                throw Fault($"more than {MaxQuantifiers} quantifiers behind each other", "one", _at);
            }

            var symbol = Current;
            _at++;
            part = symbol switch
            {
                '*' => part.Repeat(0, null),
                '+' => part.Repeat(1, null),
                '?' => part.Optional(),
                _ => ParseCounts(part, start),
            };
        }

        return part;
    }

    private GrammarNode ParseCounts(GrammarNode part, int start)
    {
        var minimum = ParseCount() ?? throw Fault("a repetition without a count", "{n}, {n,} or {n,m}", start);
        int? maximum = minimum;
        if (Current == ',')
        {
            _at++;
            maximum = ParseCount();
        }

        if (Current != '}' || maximum < minimum)
        {
            throw Fault("a repetition that is no count", "{n}, {n,} or {n,m} with n ≤ m", start);
        }

        _at++;
        return part.Repeat(minimum, maximum);
    }

    private int? ParseCount()
    {
        SkipSpace(acrossLines: false);
        var start = _at;
        while (char.IsAsciiDigit(Current))
        {
            _at++;
        }

        var digits = _text.AsSpan(start, _at - start);
        SkipSpace(acrossLines: false);
        if (digits.IsEmpty)
        {
            return null;
        }

        return int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count <= RegexParser.MaxCount
            ? count
            : throw ConstraintErrors.TooLarge("Grammar", $"a repetition counts to {ConstraintErrors.Shorten(digits.ToString())}", $"at most {RegexParser.MaxCount:N0}");
    }

    private GrammarNode ParseString()
    {
        var start = _at++;
        var text = new StringBuilder();
        while (Current != '"')
        {
            text.Append(new Rune(ParseCharacter(start)).ToString());
        }

        _at++;
        return GrammarNode.Text(text.ToString());
    }

    private CodePointSet ParseClass()
    {
        var start = _at++;
        var isNegated = Current == '^';
        _at += isNegated ? 1 : 0;
        var ranges = new List<(int Low, int High)>();
        while (Current != ']')
        {
            var low = ParseCharacter(start);
            var high = low;
            if (Current == '-' && _at + 1 < _text.Length && _text[_at + 1] != ']')
            {
                _at++;
                high = ParseCharacter(start);
            }

            ranges.Add(low <= high ? (low, high) : throw Fault("a range whose ends are the wrong way round", "the lower character first", start));
        }

        _at++;
        var set = CodePointSet.Of(ranges);
        return isNegated ? set.Complement() : set;
    }

    private int ParseCharacter(int start)
    {
        if (_at >= _text.Length || Current is '\n' or '\r')
        {
            throw Fault("a text or class without its end", "it on one line", start);
        }

        if (Current == '\\')
        {
            return ParseEscape();
        }

        if (Rune.DecodeFromUtf16(_text.AsSpan(_at), out var rune, out var length) != System.Buffers.OperationStatus.Done)
        {
            throw Fault("half a surrogate pair", "whole characters", _at);
        }

        _at += length;
        return rune.Value;
    }

    private int ParseEscape()
    {
        var start = _at++;
        var letter = Current;
        _at++;
        switch (letter)
        {
            case 'n':
                return '\n';
            case 'r':
                return '\r';
            case 't':
                return '\t';
            case 'x':
                return ParseHex(2, start);
            case 'u':
                return ParseHex(4, start);
            case 'U':
                return ParseHex(8, start);
            case '"' or '\\' or '[' or ']' or '-' or '^' or '/':
                return letter;
            default:
                throw Fault($"the escape '\\{letter}'", "\\n \\r \\t \\\" \\\\ \\[ \\] \\xHH \\uHHHH or \\UHHHHHHHH", start);
        }
    }

    private int ParseHex(int digits, int start)
    {
        if (_at + digits <= _text.Length
            && uint.TryParse(_text.AsSpan(_at, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value)
            && value <= CodePointSet.Last && value is < CodePointSet.FirstSurrogate or > CodePointSet.LastSurrogate)
        {
            _at += digits;
            return (int)value;
        }

        throw Fault("an escape that names no character", $"{digits} hexadecimal digits of a character", start);
    }

    private void SkipSpace(bool acrossLines)
    {
        while (_at < _text.Length)
        {
            if (Current == '#')
            {
                while (_at < _text.Length && Current is not ('\n' or '\r'))
                {
                    _at++;
                }
            }
            else if (Current is ' ' or '\t' || (acrossLines && Current is '\n' or '\r'))
            {
                _at++;
            }
            else
            {
                return;
            }
        }
    }

    private ModelException Fault(string found, string expected, int at)
    {
        var before = _text.AsSpan(0, Math.Min(at, _text.Length));
        var line = before.Count('\n') + 1;
        return ConstraintErrors.Grammar(found, expected, $"line {line}, column {before.Length - before.LastIndexOf('\n')}");
    }
}
