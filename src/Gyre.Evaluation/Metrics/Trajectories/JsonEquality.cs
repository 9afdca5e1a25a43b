using System.Text.Json;

namespace Gyre.Evaluation.Metrics.Trajectories;

/// <summary>Deep equality of JSON by the rules of an <see cref="ArgumentComparison"/>. Depth is bounded by the reader.</summary>
internal static class JsonEquality
{
    public static bool AreEqual(JsonElement found, JsonElement wanted, ArgumentComparison rules)
    {
        if (found.ValueKind != wanted.ValueKind)
        {
            return false;
        }

        return wanted.ValueKind switch
        {
            JsonValueKind.Object => ObjectsAreEqual(found, wanted, rules),
            JsonValueKind.Array => found.GetArrayLength() == wanted.GetArrayLength()
                && (rules.IgnoresArrayOrder ? UnorderedAreEqual(found, wanted, rules) : OrderedAreEqual(found, wanted, rules)),
            JsonValueKind.Number => NumbersAreEqual(found, wanted, rules),
            JsonValueKind.String when rules.IgnoresCase => TextOf(found) is { } one && TextOf(wanted) is { } two && string.Equals(one.Trim(), two.Trim(), StringComparison.OrdinalIgnoreCase),
            JsonValueKind.String => TextOf(found) is { } one && one == TextOf(wanted),
            _ => true,
        };
    }

    private static bool ObjectsAreEqual(JsonElement found, JsonElement wanted, ArgumentComparison rules)
    {
        var matched = 0;
        foreach (var property in wanted.EnumerateObject())
        {
            if (rules.IgnoredKeys.Contains(property.Name))
            {
                continue;
            }

            if (!found.TryGetProperty(property.Name, out var value) || !AreEqual(value, property.Value, rules))
            {
                return false;
            }

            matched++;
        }

        return rules.AllowsMoreKeys || matched == found.EnumerateObject().Count(property => !rules.IgnoredKeys.Contains(property.Name));
    }

    private static bool OrderedAreEqual(JsonElement found, JsonElement wanted, ArgumentComparison rules)
    {
        using var one = found.EnumerateArray();
        using var two = wanted.EnumerateArray();
        return one.Zip(two).All(pair => AreEqual(pair.First, pair.Second, rules));
    }

    /// <summary>True when every element of one stands for one of the other: a matching of all, found by augmenting paths.</summary>
    private static bool UnorderedAreEqual(JsonElement found, JsonElement wanted, ArgumentComparison rules)
    {
        JsonElement[] one = [.. found.EnumerateArray()];
        JsonElement[] two = [.. wanted.EnumerateArray()];
        return CallMatching.Largest(one.Length, two.Length, (i, j) => AreEqual(one[i], two[j], rules)) == two.Length;
    }

    private static bool NumbersAreEqual(JsonElement found, JsonElement wanted, ArgumentComparison rules) =>
        JsonElement.DeepEquals(found, wanted)
        || (rules.NumberTolerance > 0 && found.TryGetDouble(out var one) && wanted.TryGetDouble(out var two) && Math.Abs(one - two) <= rules.NumberTolerance);

    private static string? TextOf(JsonElement element)
    {
        try
        {
            return element.GetString();
        }
        catch (InvalidOperationException)
        {
            // Half of an escaped surrogate pair parses, and shows only when the string is read; it equals nothing.
            return null;
        }
    }
}
