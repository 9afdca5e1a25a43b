using System.Text;
using System.Text.Json;

namespace Gyre.Models.Tests;

public class UntrustedJsonTests
{
    [Theory]
    [InlineData("""{"a":"b","c":["\u00e9","\"\\"]}""")]
    [InlineData("""{"a":"\ud83e\udd99\uD83E\uDD99"}""")]
    [InlineData("""{"a":"\\ud800"}""")]
    [InlineData("""{"a":"🦙"}""")]
    [InlineData("")]
    public void Text_that_can_be_decoded_has_no_fault(string json) =>
        UntrustedJson.FaultOf(Encoding.UTF8.GetBytes(json)).ShouldBeNull();

    [Theory]
    [InlineData("""{"a":"\ud800"}""", 6)]
    [InlineData("""{"\udfff":1}""", 2)]
    [InlineData("""["\\\ud83e\\udd99"]""", 4)]
    [InlineData("""["\ud83e\ud83e\udd99"]""", 2)]
    [InlineData("""["\ud83e\udd99\udd99"]""", 14)]
    [InlineData("""["\ud83e\u0041"]""", 2)]
    [InlineData("\"\\ud800", 1)]
    public void Half_a_surrogate_pair_is_found_where_it_stands(string json, int at) =>
        UntrustedJson.FaultOf(Encoding.UTF8.GetBytes(json)).ShouldBe($"half a surrogate pair at byte {at}");

    [Theory]
    [InlineData("\\")]
    [InlineData("\\u")]
    [InlineData("\\ud8")]
    [InlineData("\\u+d80\\")]
    public void Text_that_is_no_JSON_at_all_does_no_harm(string text) =>
        UntrustedJson.FaultOf(Encoding.UTF8.GetBytes(text)).ShouldBeNull();

    [Fact]
    public void Bytes_that_are_not_UTF8_are_named() =>
        UntrustedJson.FaultOf([(byte)'"', 0xC3, 0x28, (byte)'"']).ShouldBe("bytes that are not UTF-8");

    [Fact]
    public void A_parsed_object_has_the_line_of_its_fault()
    {
        UntrustedJson.ParseObject("""{"a":{"b":1}}""", maxDepth: 2)!["a"]!["b"]!.GetValue<int>().ShouldBe(1);
        UntrustedJson.ParseObject("[]", maxDepth: 2).ShouldBeNull();
        Should.Throw<JsonException>(() => UntrustedJson.ParseObject("{\n\"a\":\n\"\\ud800\"}", maxDepth: 2)).LineNumber.ShouldBe(2);
        Should.Throw<JsonException>(() => UntrustedJson.ParseObject("""{"a":1,"\u0061":2}""", maxDepth: 2));
        Should.Throw<JsonException>(() => UntrustedJson.ParseObject("""{"a":{"b":{}}}""", maxDepth: 2));
    }
}
