using System.Text;
using System.Text.Json;
using Gyre.Models.Constraints.Grammars;
using Gyre.Models.Constraints.Regexes;

namespace Gyre.Models.Constraints.JsonSchemas;

/// <summary>The pieces of which JSON texts are made.</summary>
internal sealed class JsonTexts
{
    /// <summary>Digits before the point and behind it, of a number without limits of its own.</summary>
    public const int MostDigits = 19;

    private const int MostSpaces = 40;
    private const int MostTabs = 10;

    private static readonly GrammarNode HexDigit = new CharacterNode(CodePointSet.Of(('0', '9'), ('a', 'f'), ('A', 'F')));
    private static readonly GrammarNode Digit = new CharacterNode(UnicodeCategories.Digits);

    private readonly GrammarNode _afterColon;

    public JsonTexts(JsonWhitespace whitespace)
    {
        var space = GrammarNode.Text(" ");
        _afterColon = whitespace == JsonWhitespace.Compact ? GrammarNode.Empty : space.Optional();
        Space = whitespace != JsonWhitespace.Indented ? GrammarNode.Empty : Rule("whitespace", GrammarNode.Choice(
            space.Optional(),
            GrammarNode.Sequence(GrammarNode.Text("\n"), GrammarNode.Choice(space.Repeat(0, MostSpaces), GrammarNode.Text("\t").Repeat(1, MostTabs)))));
        Comma = GrammarNode.Sequence(GrammarNode.Text(","), whitespace == JsonWhitespace.Usual ? space.Optional() : Space);
        Character = JsonCharacter();
        String = Rule("string", Quoted(Character.Repeat(0, null)));
        Integer = Rule("integer", IntegerText());
        Number = Rule("number", NumberText());
    }

    /// <summary>What may stand behind an opening bracket and before a closing one.</summary>
    public GrammarNode Space { get; }

    public GrammarNode Comma { get; }

    /// <summary>One character of a string, as itself or in any of its escapes.</summary>
    public GrammarNode Character { get; }

    public GrammarNode String { get; }

    public GrammarNode Integer { get; }

    public GrammarNode Number { get; }

    public static GrammarNode Rule(string name, GrammarNode body) => new RuleNode(new GrammarRule(name) { Body = body });

    public static GrammarNode Quoted(GrammarNode inner) => GrammarNode.Sequence(GrammarNode.Text("\""), inner, GrammarNode.Text("\""));

    /// <summary>A string in its normal form: escaped only where JSON demands it, in the shortest escape.</summary>
    public static string Quote(string text)
    {
        var quoted = new StringBuilder("\"");
        foreach (var unit in text)
        {
            if (ByteNfa.JsonEscaped.Contains(unit))
            {
                quoted.Append(ByteNfa.JsonEscape(unit));
            }
            else
            {
                quoted.Append(unit);
            }
        }

        return quoted.Append('"').ToString();
    }

    /// <summary>A property's name and the colon.</summary>
    public GrammarNode Key(GrammarNode name) => GrammarNode.Sequence(name, GrammarNode.Text(":"), _afterColon);

    /// <summary>An array or object: brackets with white space inside, empty where the content is.</summary>
    public GrammarNode Bracketed(string open, GrammarNode content, bool mayBeEmpty, string close)
    {
        var filled = GrammarNode.Sequence(Space, content, Space);
        return GrammarNode.Sequence(
            GrammarNode.Text(open),
            mayBeEmpty ? GrammarNode.Choice(Space, filled) : filled,
            GrammarNode.Text(close));
    }

    /// <summary>Exactly one value, numbers as they were written.</summary>
    public GrammarNode Value(JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.String:
                return GrammarNode.Text(Quote(value.GetString()!)); // A string has one.
            case JsonValueKind.Array:
                var items = value.EnumerateArray().Select(Value).ToList();
                return Bracketed("[", Separated(items), items.Count == 0, "]");
            case JsonValueKind.Object:
                var members = value.EnumerateObject().Select(member => GrammarNode.Sequence(Key(GrammarNode.Text(Quote(member.Name))), Value(member.Value))).ToList();
                return Bracketed("{", Separated(members), members.Count == 0, "}");
            default:
                return GrammarNode.Text(value.GetRawText());
        }
    }

    private GrammarNode Separated(List<GrammarNode> parts)
    {
        if (parts.Count == 0)
        {
            return new ChoiceNode([]);
        }

        var sequence = new List<GrammarNode> { parts[0] };
        foreach (var part in parts.Skip(1))
        {
            sequence.Add(Comma);
            sequence.Add(part);
        }

        return new SequenceNode(sequence);
    }

    private static GrammarNode JsonCharacter()
    {
        var high = GrammarNode.Sequence(
            GrammarNode.Choice(
                GrammarNode.Sequence(new CharacterNode(CodePointSet.Of(('0', '9'), ('a', 'c'), ('A', 'C'), ('e', 'f'), ('E', 'F'))), HexDigit),
                GrammarNode.Sequence(new CharacterNode(CodePointSet.Of("dD")), new CharacterNode(CodePointSet.Of(('0', '7'))))),
            HexDigit,
            HexDigit);
        var pair = GrammarNode.Sequence(
            new CharacterNode(CodePointSet.Of("dD")),
            new CharacterNode(CodePointSet.Of(('8', '9'), ('a', 'b'), ('A', 'B'))),
            HexDigit,
            HexDigit,
            GrammarNode.Text("\\u"),
            new CharacterNode(CodePointSet.Of("dD")),
            new CharacterNode(CodePointSet.Of(('c', 'f'), ('C', 'F'))),
            HexDigit,
            HexDigit);
        var escape = GrammarNode.Sequence(
            GrammarNode.Text("\\"),
            GrammarNode.Choice(
                new CharacterNode(CodePointSet.Of("\"\\/bfnrt")),
                GrammarNode.Sequence(GrammarNode.Text("u"), GrammarNode.Choice(high, pair))));
        return GrammarNode.Choice(new CharacterNode(ByteNfa.JsonEscaped.Complement()), escape);
    }

    private static GrammarNode Magnitude() => GrammarNode.Choice(
        GrammarNode.Text("0"),
        GrammarNode.Sequence(new CharacterNode(CodePointSet.Of(('1', '9'))), Digit.Repeat(0, MostDigits - 1)));

    private static GrammarNode IntegerText() => GrammarNode.Choice(
        GrammarNode.Text("0"),
        GrammarNode.Sequence(GrammarNode.Text("-").Optional(), new CharacterNode(CodePointSet.Of(('1', '9'))), Digit.Repeat(0, MostDigits - 1)));

    /// <summary>A number of any sign; the exponent has two digits at most, so that it fits a double.</summary>
    private static GrammarNode NumberText() => GrammarNode.Sequence(
        GrammarNode.Text("-").Optional(),
        Magnitude(),
        GrammarNode.Sequence(GrammarNode.Text("."), Digit.Repeat(1, MostDigits)).Optional(),
        GrammarNode.Sequence(new CharacterNode(CodePointSet.Of("eE")), new CharacterNode(CodePointSet.Of("+-")).Optional(), Digit.Repeat(1, 2)).Optional());
}
