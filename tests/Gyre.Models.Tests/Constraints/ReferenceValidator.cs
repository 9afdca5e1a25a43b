using System.Globalization;
using System.Net;
using System.Numerics;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Gyre.Models.Tests.Constraints;

/// <summary>A plain JSON-schema validator over parsed values, written apart from the automata so that each checks the other.</summary>
internal static class ReferenceValidator
{
    /// <summary>True when the text is JSON (without a repeated name where names are counted) that satisfies the schema.</summary>
    public static bool IsValid(string schema, ReadOnlyMemory<byte> text)
    {
        using var parsedSchema = JsonDocument.Parse(schema, new JsonDocumentOptions { MaxDepth = 200 });
        try
        {
            using var value = JsonDocument.Parse(text, new JsonDocumentOptions { MaxDepth = 1000 });
            return Check(value.RootElement, parsedSchema.RootElement, parsedSchema.RootElement);
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static bool Check(JsonElement value, JsonElement schema, JsonElement root)
    {
        if (schema.ValueKind is JsonValueKind.True or JsonValueKind.False)
        {
            return schema.GetBoolean();
        }

        foreach (var keyword in schema.EnumerateObject())
        {
            if (!CheckKeyword(value, keyword.Name, keyword.Value, schema, root))
            {
                return false;
            }
        }

        return true;
    }

    private static bool CheckKeyword(JsonElement value, string name, JsonElement argument, JsonElement schema, JsonElement root)
    {
        var isString = value.ValueKind == JsonValueKind.String;
        var isNumber = value.ValueKind == JsonValueKind.Number;
        var isArray = value.ValueKind == JsonValueKind.Array;
        var isObject = value.ValueKind == JsonValueKind.Object;
        return name switch
        {
            "type" => (argument.ValueKind == JsonValueKind.String ? [argument] : argument.EnumerateArray().ToArray()).Any(type => HasType(value, type.GetString()!))
                || (schema.TryGetProperty("nullable", out var nullable) && nullable.GetBoolean() && value.ValueKind == JsonValueKind.Null),
            "enum" => argument.EnumerateArray().Any(listed => AreEqual(listed, value)),
            "const" => AreEqual(argument, value),
            "$ref" => Check(value, Resolve(argument.GetString()!, root), root),
            "allOf" => argument.EnumerateArray().All(branch => Check(value, branch, root)),
            "anyOf" => argument.EnumerateArray().Any(branch => Check(value, branch, root)),
            "oneOf" => argument.EnumerateArray().Count(branch => Check(value, branch, root)) == 1,
            "minLength" => !isString || Length(value) >= argument.GetInt32(),
            "maxLength" => !isString || Length(value) <= argument.GetInt32(),
            "pattern" => !isString || Regex.IsMatch(value.GetString()!, argument.GetString()!, RegexOptions.None, TimeSpan.FromSeconds(5)),
            "format" => !isString || HasFormat(value.GetString()!, argument.GetString()!),
            "minimum" => !isNumber || Compare(value, argument) >= 0,
            "maximum" => !isNumber || Compare(value, argument) <= 0,
            "exclusiveMinimum" => !isNumber || Compare(value, argument) > 0,
            "exclusiveMaximum" => !isNumber || Compare(value, argument) < 0,
            "multipleOf" => !isNumber || IsMultiple(value, argument),
            "minItems" => !isArray || value.GetArrayLength() >= argument.GetInt32(),
            "maxItems" => !isArray || value.GetArrayLength() <= argument.GetInt32(),
            "prefixItems" => !isArray || value.EnumerateArray().Zip(argument.EnumerateArray()).All(pair => Check(pair.First, pair.Second, root)),
            "items" when argument.ValueKind == JsonValueKind.Array => !isArray || value.EnumerateArray().Zip(argument.EnumerateArray()).All(pair => Check(pair.First, pair.Second, root)),
            "items" => !isArray || value.EnumerateArray().Skip(schema.TryGetProperty("prefixItems", out var first) ? first.GetArrayLength() : 0).All(item => Check(item, argument, root)),
            "additionalItems" => !isArray || value.EnumerateArray().Skip(schema.GetProperty("items").GetArrayLength()).All(item => Check(item, argument, root)),
            "required" => !isObject || argument.EnumerateArray().All(required => value.TryGetProperty(required.GetString()!, out _)),
            "minProperties" => !isObject || value.EnumerateObject().Select(member => member.Name).Distinct().Count() >= argument.GetInt32(),
            "maxProperties" => !isObject || value.EnumerateObject().Select(member => member.Name).Distinct().Count() <= argument.GetInt32(),
            "properties" => !isObject || value.EnumerateObject().All(member => !argument.TryGetProperty(member.Name, out var property) || Check(member.Value, property, root)),
            "patternProperties" => !isObject || value.EnumerateObject().All(member => argument.EnumerateObject().All(pattern => !Matches(pattern.Name, member.Name) || Check(member.Value, pattern.Value, root))),
            "propertyNames" => !isObject || value.EnumerateObject().All(member => Check(JsonSerializer.SerializeToElement(member.Name), argument, root)),
            "additionalProperties" => !isObject || value.EnumerateObject().All(member =>
                (schema.TryGetProperty("properties", out var declared) && declared.TryGetProperty(member.Name, out _))
                || (schema.TryGetProperty("patternProperties", out var patterns) && patterns.EnumerateObject().Any(pattern => Matches(pattern.Name, member.Name)))
                || Check(member.Value, argument, root)),
            _ => true,
        };
    }

    private static bool Matches(string pattern, string text) => Regex.IsMatch(text, pattern, RegexOptions.None, TimeSpan.FromSeconds(5));

    private static int Length(JsonElement value) => value.GetString()!.EnumerateRunes().Count();

    private static bool HasType(JsonElement value, string type) => type switch
    {
        "null" => value.ValueKind == JsonValueKind.Null,
        "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        "object" => value.ValueKind == JsonValueKind.Object,
        "array" => value.ValueKind == JsonValueKind.Array,
        "string" => value.ValueKind == JsonValueKind.String,
        "number" => value.ValueKind == JsonValueKind.Number,
        "integer" => value.ValueKind == JsonValueKind.Number && Exact(value).Exponent >= 0,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "no type"),
    };

    private static JsonElement Resolve(string reference, JsonElement root) => reference.Split('/').Skip(1)
        .Aggregate(root, (place, part) => place.ValueKind == JsonValueKind.Array ? place[int.Parse(part)] : place.GetProperty(part.Replace("~1", "/").Replace("~0", "~")));

    private static bool AreEqual(JsonElement left, JsonElement right) =>
        left.ValueKind == JsonValueKind.Number && right.ValueKind == JsonValueKind.Number ? Compare(left, right) == 0 : JsonElement.DeepEquals(left, right);

    /// <summary>A number as an integer times a power of ten, the integer without trailing zeros.</summary>
    private static (BigInteger Digits, int Exponent) Exact(JsonElement number)
    {
        var parts = number.GetRawText().ToLowerInvariant().Split('e');
        var exponent = parts.Length > 1 ? int.Parse(parts[1], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture) : 0;
        var point = parts[0].IndexOf('.');
        exponent -= point < 0 ? 0 : parts[0].Length - point - 1;
        var digits = BigInteger.Parse(parts[0].Replace(".", ""), CultureInfo.InvariantCulture);
        if (digits.IsZero)
        {
            return (digits, 0);
        }

        while (digits % 10 == 0)
        {
            digits /= 10;
            exponent++;
        }

        return (digits, exponent);
    }

    private static int Compare(JsonElement left, JsonElement right)
    {
        var (leftDigits, leftExponent) = Exact(left);
        var (rightDigits, rightExponent) = Exact(right);
        var least = Math.Min(leftExponent, rightExponent);
        return (leftDigits * BigInteger.Pow(10, leftExponent - least)).CompareTo(rightDigits * BigInteger.Pow(10, rightExponent - least));
    }

    private static bool IsMultiple(JsonElement value, JsonElement divisor)
    {
        var (digits, exponent) = Exact(value);
        var (divisorDigits, divisorExponent) = Exact(divisor);
        var least = Math.Min(exponent, divisorExponent);
        return digits * BigInteger.Pow(10, exponent - least) % (divisorDigits * BigInteger.Pow(10, divisorExponent - least)) == 0;
    }

    private static bool HasFormat(string text, string format)
    {
        var culture = CultureInfo.InvariantCulture;
        return format switch
        {
            "date" => DateOnly.TryParseExact(text, "yyyy-MM-dd", culture, DateTimeStyles.None, out _),
            "time" => text.Length >= 9 && TimeOnly.TryParseExact(text[..8], "HH:mm:ss", culture, DateTimeStyles.None, out _)
                && Regex.IsMatch(text[8..], @"^(\.[0-9]+)?(Z|[+-][0-9]{2}:[0-9]{2})$", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1)),
            "date-time" => text.Length > 11 && text[10] == 'T' && HasFormat(text[..10], "date") && HasFormat(text[11..], "time"),
            "email" => text.Count(c => c == '@') == 1 && !text.Contains("..") && text.IndexOf('@') is > 0 and <= 64 && Uri.CheckHostName(text[(text.IndexOf('@') + 1)..]) != UriHostNameType.Unknown,
            "hostname" => text.Length <= 253 && text.Split('.').All(label => label.Length is > 0 and <= 63 && label.All(c => char.IsAsciiLetterOrDigit(c) || c == '-') && label[0] != '-' && label[^1] != '-'),
            "ipv4" => text.Split('.').Length == 4 && text.Split('.').All(part => byte.TryParse(part, NumberStyles.None, culture, out var octet) && octet.ToString(culture) == part),
            "ipv6" => text.Contains(':') && !text.Contains('%') && IPAddress.TryParse(text, out var address) && address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6,
            "uri" => Uri.TryCreate(text, UriKind.Absolute, out _) && text.Contains(':') && Encoding.ASCII.GetByteCount(text) == text.Length,
            "uuid" => Guid.TryParseExact(text, "D", out _),
            "duration" => text.Length > 1 && text[0] == 'P' && !text.EndsWith('T') && Regex.IsMatch(text, "^P([0-9]+W|([0-9]+Y)?([0-9]+M)?([0-9]+D)?(T([0-9]+H)?([0-9]+M)?([0-9]+S)?)?)$", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1)),
            _ => throw new ArgumentOutOfRangeException(nameof(format), format, "no format"),
        };
    }
}
