namespace Gyre.Models.Templates.Jinja;

/// <summary>Arithmetic on values, as in Python, on 64-bit whole numbers and double-precision ones.</summary>
internal static class Arithmetic
{
    private const int MaxRepeatedItems = 1_000_000;

    /// <summary><c>-value</c> and <c>+value</c>.</summary>
    public static object? Sign(string sign, object? operand, Position position)
    {
        if (!Comparisons.IsNumber(operand))
        {
            throw TemplateErrors.Evaluation(position, $"'{sign}' is applied to {Values.Describe(operand)}");
        }

        if (operand is double number)
        {
            return sign == "-" ? -number : number;
        }

        return sign == "-" ? OnNumbers("-", 0L, operand, position) : Whole(operand);
    }

    /// <summary><c>+ - * / // % **</c> on two values.</summary>
    public static object? Apply(string text, object? left, object? right, Position position, RenderBudget budget)
    {
        if (Comparisons.IsNumber(left) && Comparisons.IsNumber(right))
        {
            return OnNumbers(text, left, right, position);
        }

        switch (text, left, right)
        {
            case ("+", string a, string b):
                budget.ChargeText(a.Length + (long)b.Length);
                return a + b;
            case ("+", ListValue a, ListValue b) when a.IsTuple == b.IsTuple:
                budget.Charge(a.Items.Count + (long)b.Items.Count);
                return new ListValue([.. a.Items, .. b.Items], a.IsTuple);
            case ("*", string or ListValue, long or bool):
                return Repeat(left, Whole(right), position, budget);
            case ("*", long or bool, string or ListValue):
                return Repeat(right, Whole(left), position, budget);
            case ("%", string format, _):
                return PercentFormat.Apply(format, right, position, budget);
            default:
                throw TemplateErrors.Evaluation(position, $"'{text}' is applied to {Values.Describe(left)} and {Values.Describe(right)}");
        }
    }

    private static long Whole(object? number) => number is long value ? value : number is true ? 1 : 0;

    private static object? Repeat(object? value, long times, Position position, RenderBudget budget)
    {
        times = Math.Max(times, 0);
        if (value is string text)
        {
            var length = Math.BigMul(text.Length, times, out var low) == 0 && low >= 0 ? low : long.MaxValue;
            budget.ChargeText(length);
            return length == 0 ? "" : string.Create((int)length, text, Fill);
        }

        var items = ((ListValue)value!).Items; // Only texts and lists are repeated.
        if (items.Count > 0 && times > MaxRepeatedItems / items.Count)
        {
            throw TemplateErrors.LimitReached(position, $"repeating a list to more than {MaxRepeatedItems:N0} items");
        }

        budget.Charge(items.Count * times);
        var repeated = new object?[items.Count * times];
        for (var i = 0; i < repeated.Length; i++)
        {
            repeated[i] = items[i % items.Count];
        }

        return new ListValue(repeated, ((ListValue)value).IsTuple);
    }

    // Writes a text over and over: each time, as much as is there already.
    private static void Fill(Span<char> destination, string text)
    {
        text.CopyTo(destination);
        for (var filled = text.Length; filled < destination.Length; filled *= 2)
        {
            destination[..Math.Min(filled, destination.Length - filled)].CopyTo(destination[filled..]);
        }
    }

    private static object OnNumbers(string text, object? left, object? right, Position position)
    {
        try
        {
            return left is double || right is double || text == "/"
                ? OnDoubles(text, Comparisons.ToDouble(left), Comparisons.ToDouble(right), position)
                : OnWhole(text, Whole(left), Whole(right), position);
        }
        catch (OverflowException)
        {
            throw TemplateErrors.Evaluation(position, $"the result of '{text}' does not fit 64 bits");
        }
    }

    private static object OnWhole(string text, long left, long right, Position position)
    {
        if (right == 0 && text is "//" or "%")
        {
            throw TemplateErrors.Evaluation(position, "a number is divided by zero");
        }

        checked
        {
            return text switch
            {
                "+" => (object)(left + right),
                "-" => (object)(left - right),
                "*" => (object)(left * right),
                "//" => (object)FloorDivide(left, right),
                "%" => right == -1 ? 0L : FloorRemainder(left % right, right),
                _ => right < 0 ? Math.Pow(left, right) : (object)Power(left, right),
            };
        }
    }

    private static long FloorDivide(long left, long right)
    {
        var quotient = checked(left / right);
        return left % right != 0 && (left < 0) != (right < 0) ? quotient - 1 : quotient;
    }

    private static long FloorRemainder(long remainder, long divisor) => remainder != 0 && (remainder < 0) != (divisor < 0) ? remainder + divisor : remainder;

    private static long Power(long value, long exponent)
    {
        if (value is 0 or 1 or -1)
        {
            return exponent == 0 ? 1 : value == -1 && exponent % 2 == 0 ? 1 : value;
        }

        var result = 1L;
        for (var i = 0L; i < exponent; i++)
        {
            result = checked(result * value);
        }

        return result;
    }

    private static object OnDoubles(string text, double left, double right, Position position)
    {
        if (right == 0 && text is "/" or "//" or "%")
        {
            throw TemplateErrors.Evaluation(position, "a number is divided by zero");
        }

        return text switch
        {
            "+" => left + right,
            "-" => left - right,
            "*" => left * right,
            "/" => left / right,
            "//" => Math.Floor(left / right),
            "%" => left - (Math.Floor(left / right) * right),
            _ => Math.Pow(left, right),
        };
    }
}
