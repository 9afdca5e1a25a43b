using Gyre.Models.Constraints.Regexes;

namespace Gyre.Models.Constraints.JsonSchemas;

/// <summary>The formats of strings, as automata; each a normal form of what its specification allows.</summary>
internal static class StringFormats
{
    private const string Day = "(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)|02-(?:0[1-9]|1[0-9]|2[0-8]))";
    private const string Date = "(?:[0-9]{4}-" + Day + "|(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:[02468][048]|[13579][26])00)-02-29)";
    private const string Hour = "(?:[01][0-9]|2[0-3])";
    private const string Time = Hour + ":[0-5][0-9]:[0-5][0-9](?:\\.[0-9]{1,7})?(?:Z|[+-]" + Hour + ":[0-5][0-9])";
    private const string Octet = "(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])";
    private const string Hex = "[0-9A-Fa-f]";
    private const string Group = Hex + "{1,4}";
    private const string Label = "[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?";

    // At most three labels, so that the limit of 253 characters holds by itself.
    private const string Host = Label + "(?:\\." + Label + "){0,2}";
    private const string Atom = "[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]";
    private const string UriCharacter = "(?:[A-Za-z0-9._~!$&'()*+,;=:@-]|%[0-9A-Fa-f]{2})";
    private const string UriTail = "(?:\\?(?:" + UriCharacter + "|[/?])*)?(?:#(?:" + UriCharacter + "|[/?])*)?";
    private const string DayPart = "[0-9]{1,9}D";
    private const string MonthPart = "[0-9]{1,9}M(?:" + DayPart + ")?";
    private const string TimePart = "T(?:[0-9]{1,9}H(?:[0-9]{1,9}M(?:[0-9]{1,9}S)?)?|[0-9]{1,9}M(?:[0-9]{1,9}S)?|[0-9]{1,9}S)";

    /// <summary>The names of all formats that can be enforced.</summary>
    public const string Names = "date, time, date-time, duration, email, hostname, ipv4, ipv6, uri, uuid";

    /// <summary>The automaton of a format; null for an unknown one.</summary>
    public static CodePointAutomaton? Find(string name, CompileBudget budget) => name switch
    {
        "date" => WithYear(CodePointAutomaton.OfPattern(Date, budget), budget),
        "date-time" => WithYear(CodePointAutomaton.OfPattern(Date + "T" + Time, budget), budget),
        "time" => CodePointAutomaton.OfPattern(Time, budget),
        "duration" => CodePointAutomaton.OfPattern(
            $"P(?:[0-9]{{1,9}}W|(?:{DayPart}|{MonthPart}|[0-9]{{1,9}}Y(?:{MonthPart})?)(?:{TimePart})?|{TimePart})", budget),
        "email" => CodePointAutomaton.OfPattern($"{Atom}{{1,30}}(?:\\.{Atom}{{1,30}})?@{Host}", budget),
        "hostname" => CodePointAutomaton.OfPattern(Host, budget),
        "ipv4" => CodePointAutomaton.OfPattern($"{Octet}(?:\\.{Octet}){{3}}", budget),
        "ipv6" => CodePointAutomaton.OfPattern(Ipv6(), budget),
        "uri" => CodePointAutomaton.OfPattern(
            $"[A-Za-z][A-Za-z0-9+.-]{{1,30}}:(?://{Host}(?::[0-9]{{1,4}})?(?:/{UriCharacter}*)*|{UriCharacter}+(?:/{UriCharacter}*)*){UriTail}", budget),
        "uuid" => CodePointAutomaton.OfPattern($"{Hex}{{8}}-{Hex}{{4}}-{Hex}{{4}}-{Hex}{{4}}-{Hex}{{12}}", budget),
        _ => null,
    };

    // Years from 0001: many calendars have no year 0.
    private static CodePointAutomaton WithYear(CodePointAutomaton date, CompileBudget budget) => CodePointAutomaton.Intersect(
        date, CodePointAutomaton.Of(RegexParser.Parse("^0000", "a built-in expression"), isSearch: true, budget).Complement(budget), budget);

    // Eight groups, or fewer with one "::" for the missing ones.
    private static string Ipv6()
    {
        List<string> forms = [$"{Group}(?::{Group}){{7}}", $"(?:{Group}:){{1,7}}:", $":(?::{Group}){{1,7}}", "::"];
        for (var before = 1; before <= 6; before++)
        {
            forms.Add($"(?:{Group}:){{{before}}}(?::{Group}){{1,{7 - before}}}");
        }

        return string.Join('|', forms);
    }
}
