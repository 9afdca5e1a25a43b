namespace Gyre.Models.Tests.Constraints;

/// <summary>Schemas of the kinds that people write, each keyword somewhere.</summary>
internal static class SampleSchemas
{
    public static readonly string[] All =
    [
        """{"type":"object","properties":{"name":{"type":"string"},"age":{"type":"integer","minimum":0,"maximum":150}},"required":["name","age"],"additionalProperties":false}""",
        """{"type":"object","properties":{"city":{"type":"string","maxLength":20},"unit":{"enum":["celsius","fahrenheit"]}},"required":["city"],"additionalProperties":false}""",
        """{"type":"array","items":{"type":"integer"},"minItems":1,"maxItems":5}""",
        """{"type":"array","items":{"type":"string","maxLength":8},"maxItems":3}""",
        """{"type":"string","minLength":3,"maxLength":12}""",
        """{"type":"string","pattern":"^[A-Z][a-z]{2,8}( [A-Z][a-z]{2,8})?$"}""",
        """{"type":"string","pattern":"[0-9]{3}","maxLength":12}""",
        """{"type":"string","format":"date"}""",
        """{"type":"string","format":"date-time"}""",
        """{"type":"string","format":"time"}""",
        """{"type":"string","format":"email"}""",
        """{"type":"string","format":"uuid"}""",
        """{"type":"string","format":"ipv4"}""",
        """{"type":"string","format":"ipv6"}""",
        """{"type":"string","format":"hostname"}""",
        """{"type":"string","format":"uri"}""",
        """{"type":"string","format":"duration"}""",
        """{"type":"number","minimum":-1.5,"maximum":2.25}""",
        """{"type":"number","exclusiveMinimum":0,"multipleOf":0.01}""",
        """{"type":"integer","multipleOf":7,"minimum":-100,"maximum":1000}""",
        """{"enum":["a",1,null,{"b":[1,2]},true,-2.50]}""",
        """{"const":{"k":["v",{"n":null}]}}""",
        """{"anyOf":[{"type":"integer"},{"type":"boolean"},{"type":"object","properties":{"x":{"type":"null"}},"required":["x"],"additionalProperties":false}]}""",
        """{"oneOf":[{"type":"object","properties":{"kind":{"const":"circle"},"r":{"type":"number","minimum":0}},"required":["kind","r"],"additionalProperties":false},{"type":"object","properties":{"kind":{"const":"square"},"side":{"type":"integer"}},"required":["kind","side"],"additionalProperties":false}]}""",
        """{"allOf":[{"type":"object","properties":{"a":{"type":"integer"}},"required":["a"]},{"properties":{"a":{"minimum":10},"b":{"type":"boolean"}},"required":["b"],"additionalProperties":false}]}""",
        """{"$defs":{"node":{"type":"object","properties":{"v":{"type":"integer"},"next":{"anyOf":[{"$ref":"#/$defs/node"},{"type":"null"}]}},"required":["v","next"],"additionalProperties":false}},"$ref":"#/$defs/node"}""",
        """{"type":"array","prefixItems":[{"type":"integer"},{"type":"boolean"}],"items":{"type":"null"},"minItems":2,"maxItems":4}""",
        """{"type":"object","patternProperties":{"^x_[a-z]{1,3}$":{"type":"integer"}},"additionalProperties":false,"maxProperties":3}""",
        """{"type":"object","propertyNames":{"pattern":"^[a-z]{1,4}$"},"additionalProperties":{"type":"boolean"},"maxProperties":3}""",
        """{"type":"object","properties":{"a":{"const":1},"b":{"const":2},"c":{"const":3}},"minProperties":2,"additionalProperties":false}""",
        """{"type":["string","null","integer"],"maxLength":5,"maximum":9}""",
        """{"type":"object","properties":{"n":{"type":"integer","nullable":true},"s":{"type":"string","format":"date","pattern":"^20"}},"required":["n","s"],"additionalProperties":false}""",
        """{"type":"object","properties":{"items":{"type":"array","items":{"type":"object","properties":{"sku":{"type":"string","pattern":"^[A-Z]{2}-[0-9]{4}$"},"count":{"type":"integer","exclusiveMinimum":0,"maximum":99}},"required":["sku","count"],"additionalProperties":false},"minItems":1,"maxItems":3},"note":{"type":"string","maxLength":30}},"required":["items"],"additionalProperties":false}""",
        """{"type":"object","required":["p","q"],"additionalProperties":{"type":"integer"},"maxProperties":2}""",
        """{"type":"object","properties":{"äö":{"type":"string","maxLength":4},"q\"\\":{"type":"null"}},"required":["äö","q\"\\"],"additionalProperties":false}""",
        """{"type":"array","items":{"anyOf":[{"type":"string","maxLength":3},{"type":"array","items":{"type":"boolean"},"maxItems":2}]},"maxItems":4}""",
    ];
}
