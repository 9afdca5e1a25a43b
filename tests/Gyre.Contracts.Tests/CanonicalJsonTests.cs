using System.Buffers;
using System.Text;
using System.Text.Json;

namespace Gyre.Contracts.Tests;

public class CanonicalJsonTests
{
    [Theory]
    [InlineData("""{ "b" : 1.0, "a" : [ true , null, 1e5 ], "B" : "x" }""", """{"B":"x","a":[true,null,1e5],"b":1.0}""")]
    [InlineData("""{"é":1,"e":2,"\u20ac":"\u20ac","":{}}""", """{"":{},"e":2,"é":1,"€":"€"}""")]
    [InlineData("\"\\u0041\\/\\u000a\\u001F\\\"\\\\\\b\\f\\r\\t\\u007f\"", "\"A/\\n\\u001f\\\"\\\\\\b\\f\\r\\t\u007f\"")]
    [InlineData("""[12345678901234567890.10, -0]""", "[12345678901234567890.10,-0]")]
    [InlineData("\"\\ud83d\\ude00\"", "\"😀\"")]
    public void One_value_has_one_spelling(string json, string canonical)
    {
        Canonical(json).ShouldBe(canonical);
        Canonical(canonical).ShouldBe(canonical);
    }

    /// <summary>The order of RFC 8785, section 3.2.3: UTF-16 code units, so that U+1F600 stands before U+FB33.</summary>
    [Fact]
    public void Members_are_sorted_as_the_standard_shows() =>
        Canonical("""{"\u20ac":"Euro Sign","\r":"Carriage Return","\ufb33":"Hebrew Letter Dalet With Dagesh","1":"One","\ud83d\ude00":"Emoji: Grinning Face","\u0080":"Control","\u00f6":"Latin Small Letter O With Diaeresis"}""")
            .ShouldBe("{\"\\r\":\"Carriage Return\",\"1\":\"One\",\"\u0080\":\"Control\",\"ö\":\"Latin Small Letter O With Diaeresis\",\"€\":\"Euro Sign\",\"😀\":\"Emoji: Grinning Face\",\"\uFB33\":\"Hebrew Letter Dalet With Dagesh\"}");

    [Theory]
    [InlineData("""{"a":1,"a":2}""")]
    [InlineData("\"\\ud800\"")]
    [InlineData("{\"\\udc00\":1}")]
    public void What_has_no_one_meaning_is_refused(string json) => Should.Throw<FormatException>(() => Canonical(json));

    [Fact]
    public void A_row_is_what_it_is_read_from()
    {
        var random = new SeededRandom(3);
        for (var i = 0; i < 300; i++)
        {
            var row = new DatasetRow(Text(random, 1), Text(random, 0), Text(random, 1), Text(random, 0), Facts(random), Text(random, 0), Text(random, 0));
            var line = Line(row);
            using var json = JsonDocument.Parse(line);
            var read = DatasetRowJson.Read(json.RootElement);

            (read with { Facts = row.Facts }).ShouldBe(row);
            read.Facts.OrderBy(fact => fact.Key, StringComparer.Ordinal).ShouldBe(row.Facts.OrderBy(fact => fact.Key, StringComparer.Ordinal));
            Canonical(line).ShouldBe(line);
            line.ShouldNotContain("\n");
        }
    }

    [Fact]
    public void Empty_texts_are_left_out_and_the_order_of_facts_does_not_count()
    {
        var row = new DatasetRow("1", "", "p", "", new Dictionary<string, string> { ["b"] = "", ["a"] = "x" }, "", "");

        Line(row).ShouldBe("""{"facts":{"a":"x","b":""},"id":"1","prompt":"p"}""");
        Line(row with { Facts = new Dictionary<string, string> { ["a"] = "x", ["b"] = "" } }).ShouldBe(Line(row));
        Line(row with { Prompt = "a\ud800b\udc00", Facts = new Dictionary<string, string>() }).ShouldBe("""{"id":"1","prompt":"a\ud800b\udc00"}""");
        Line(row with { Prompt = new string('é', 30_000) + "😀" }).ShouldContain(new string('é', 30_000) + "😀\"");
    }

    [Theory]
    [InlineData("[1]", "array")]
    [InlineData("""{"id":"1"}""", "missing")]
    [InlineData("""{"id":1,"prompt":"p"}""", "'id' is a JSON number")]
    [InlineData("""{"id":"1","prompt":"p","more":"x"}""", "'more' is unknown")]
    [InlineData("""{"id":"1","prompt":"p","facts":{"a":2}}""", "'facts.a' is a JSON number")]
    [InlineData("""{"id":"1","prompt":"\ud800"}""", "surrogate")]
    public void What_is_no_row_is_told(string json, string part)
    {
        using var document = JsonDocument.Parse(json);
        Should.Throw<FormatException>(() => DatasetRowJson.Read(document.RootElement)).Message.ShouldContain(part);
    }

    private static string Text(SeededRandom random, int least)
    {
        ReadOnlySpan<string> parts = ["a", "\"", "\\", "\n", "\u0000", "é", "😀", " ", "{", "\u2028"];
        var text = new StringBuilder();
        for (var left = random.NextInt32(least, 5); left > 0; left--)
        {
            text.Append(parts[random.NextInt32(parts.Length)]);
        }

        return text.ToString();
    }

    private static Dictionary<string, string> Facts(SeededRandom random)
    {
        var facts = new Dictionary<string, string>();
        for (var left = random.NextInt32(4); left > 0; left--)
        {
            facts[Text(random, 1)] = Text(random, 0);
        }

        return facts;
    }

    private static string Canonical(string json)
    {
        using var document = JsonDocument.Parse(json);
        var bytes = new ArrayBufferWriter<byte>();
        CanonicalJson.Write(document.RootElement, bytes);
        return Encoding.UTF8.GetString(bytes.WrittenSpan);
    }

    private static string Line(DatasetRow row)
    {
        var bytes = new ArrayBufferWriter<byte>();
        DatasetRowJson.Write(row, bytes);
        return Encoding.UTF8.GetString(bytes.WrittenSpan);
    }
}
