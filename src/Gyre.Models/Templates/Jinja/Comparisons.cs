using System.Runtime.CompilerServices;

namespace Gyre.Models.Templates.Jinja;

/// <summary>Equality, order and membership of values, as in Python.</summary>
internal static class Comparisons
{
    /// <summary>Equality; numbers and truth values compare by value, containers by their parts.</summary>
    public static bool AreEqual(object? left, object? right)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        if (IsNumber(left) && IsNumber(right))
        {
            return left is double || right is double ? ToDouble(left).Equals(ToDouble(right)) : ToLong(left) == ToLong(right);
        }

        return (left, right) switch
        {
            (null, null) => true,
            (string a, string b) => a == b,
            (Undefined, Undefined) => true,
            (ListValue a, ListValue b) => a.IsTuple == b.IsTuple && a.Items.Count == b.Items.Count && a.Items.Zip(b.Items).All(pair => AreEqual(pair.First, pair.Second)),
            (DictionaryValue a, DictionaryValue b) => a.Count == b.Count
                && a.Entries.All(entry => b.TryGet(entry.Key, out var other) && AreEqual(entry.Value, other)),
            _ => ReferenceEquals(left, right),
        };
    }

    /// <summary>Order; null when the two cannot be ordered.</summary>
    public static int? Compare(object? left, object? right)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        if (IsNumber(left) && IsNumber(right))
        {
            return left is double || right is double ? ToDouble(left).CompareTo(ToDouble(right)) : ToLong(left).CompareTo(ToLong(right));
        }

        if (left is string a && right is string b)
        {
            return string.CompareOrdinal(a, b);
        }

        if (left is not ListValue first || right is not ListValue second || first.IsTuple != second.IsTuple)
        {
            return null;
        }

        for (var i = 0; i < Math.Min(first.Items.Count, second.Items.Count); i++)
        {
            if (!AreEqual(first.Items[i], second.Items[i]))
            {
                return Compare(first.Items[i], second.Items[i]);
            }
        }

        return first.Items.Count.CompareTo(second.Items.Count);
    }

    /// <summary>Whether a container holds a value; null when it is no container.</summary>
    public static bool? Contains(object? container, object? value) => container switch
    {
        string text => value is string part ? text.Contains(part, StringComparison.Ordinal) : null,
        ListValue list => list.Items.Any(item => AreEqual(item, value)),
        DictionaryValue dictionary => dictionary.TryGet(value, out _),
        Undefined => false,
        _ => null,
    };

    /// <summary>True for whole numbers, numbers and truth values.</summary>
    public static bool IsNumber(object? value) => value is long or double or bool;

    /// <summary>A number's value.</summary>
    public static double ToDouble(object? number) => number switch
    {
        double value => value,
        long value => value,
        _ => number is true ? 1 : 0,
    };

    private static long ToLong(object? number) => number is long value ? value : number is true ? 1 : 0;
}
