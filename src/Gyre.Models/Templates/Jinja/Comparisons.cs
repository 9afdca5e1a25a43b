using System.Runtime.CompilerServices;

namespace Gyre.Models.Templates.Jinja;

/// <summary>Equality, order and membership of values, as in Python. Each pair of values that is compared is charged.</summary>
internal static class Comparisons
{
    /// <summary>Equality; numbers and truth values compare by value, containers by their parts.</summary>
    public static bool AreEqual(object? left, object? right, RenderBudget budget)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        budget.Charge(1);
        if (ReferenceEquals(left, right))
        {
            return true; // What several places share is not gone through for each of them.
        }

        if (IsNumber(left) && IsNumber(right))
        {
            return left is double || right is double ? ToDouble(left).Equals(ToDouble(right)) : ToLong(left) == ToLong(right);
        }

        switch (left, right)
        {
            case (string a, string b):
                budget.ChargeReading(a.Length == b.Length ? a.Length : 0);
                return a == b;
            case (Undefined, Undefined):
                return true;
            case (ListValue a, ListValue b):
                return a.IsTuple == b.IsTuple && HaveEqualItems(a.Items, b.Items, budget);
            case (DictionaryValue a, DictionaryValue b):
                return HaveEqualEntries(a, b, budget);
            default:
                return false;
        }
    }

    /// <summary>Order; null when the two cannot be ordered.</summary>
    public static int? Compare(object? left, object? right, RenderBudget budget)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        budget.Charge(1);
        if (IsNumber(left) && IsNumber(right))
        {
            return left is double || right is double ? ToDouble(left).CompareTo(ToDouble(right)) : ToLong(left).CompareTo(ToLong(right));
        }

        if (left is string a && right is string b)
        {
            budget.ChargeReading(Math.Min(a.Length, b.Length));
            return string.CompareOrdinal(a, b);
        }

        if (left is not ListValue first || right is not ListValue second || first.IsTuple != second.IsTuple)
        {
            return null;
        }

        for (var i = 0; i < Math.Min(first.Items.Count, second.Items.Count); i++)
        {
            if (!AreEqual(first.Items[i], second.Items[i], budget))
            {
                return Compare(first.Items[i], second.Items[i], budget);
            }
        }

        return first.Items.Count.CompareTo(second.Items.Count);
    }

    /// <summary>Whether a container holds a value; null when it is no container.</summary>
    public static bool? Contains(object? container, object? value, RenderBudget budget)
    {
        switch (container)
        {
            case string text:
                return value is string part ? TextSearch.IndexOf(text, part, fromRight: false, budget) >= 0 : null;
            case ListValue list:
                return IndexOf(list, value, budget) >= 0;
            case DictionaryValue dictionary:
                return dictionary.TryGet(value, out _);
            case Undefined:
                return false;
            default:
                return null;
        }
    }

    /// <summary>The first place of a value in a list; -1 when it is not there.</summary>
    public static int IndexOf(ListValue list, object? value, RenderBudget budget)
    {
        for (var i = 0; i < list.Items.Count; i++)
        {
            if (AreEqual(list.Items[i], value, budget))
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>True for whole numbers, numbers and truth values.</summary>
    public static bool IsNumber(object? value) => value is long or double or bool;

    /// <summary>A number's value.</summary>
    public static double ToDouble(object? number) => number switch
    {
        double value => value,
        long value => value,
        _ => number is true ? 1 : 0,
    };

    private static bool HaveEqualItems(IReadOnlyList<object?> left, IReadOnlyList<object?> right, RenderBudget budget)
    {
        if (left.Count != right.Count)
        {
            return false;
        }

        for (var i = 0; i < left.Count; i++)
        {
            if (!AreEqual(left[i], right[i], budget))
            {
                return false;
            }
        }

        return true;
    }

    private static bool HaveEqualEntries(DictionaryValue left, DictionaryValue right, RenderBudget budget)
    {
        if (left.Count != right.Count)
        {
            return false;
        }

        foreach (var (key, value) in left.Entries)
        {
            if (!right.TryGet(key, out var other) || !AreEqual(value, other, budget))
            {
                return false;
            }
        }

        return true;
    }

    private static long ToLong(object? number) => number is long value ? value : number is true ? 1 : 0;
}
