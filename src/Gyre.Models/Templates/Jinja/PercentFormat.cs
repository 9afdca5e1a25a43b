using System.Globalization;

namespace Gyre.Models.Templates.Jinja;

/// <summary>Python's <c>%</c> formatting: <c>%s %r %d %i %f %x %%</c> with width, zero padding, left alignment and precision.</summary>
internal static class PercentFormat
{
    private const int MaxWidth = 10_000;

    /// <summary>Fills a format with values: a tuple's items, a mapping's by name, or one value.</summary>
    public static string Apply(string format, object? values, Position position, RenderBudget budget)
    {
        var items = values is ListValue { IsTuple: true } tuple ? tuple.Items : [values];
        var used = 0;
        var text = new MeteredText(budget);
        for (var at = 0; at < format.Length; at++)
        {
            if (format[at] != '%')
            {
                text.Append(format[at]);
                continue;
            }

            at++;
            budget.Charge(1);
            object? named = null;
            var isNamed = at < format.Length && format[at] == '(';
            if (isNamed)
            {
                var end = format.IndexOf(')', at);
                if (end < 0 || values is not DictionaryValue dictionary || !dictionary.TryGet(format[(at + 1)..end], out named))
                {
                    throw TemplateErrors.Evaluation(position, "a format names a value that is not there");
                }

                at = end + 1;
            }

            var (width, precision, isLeft, isZero) = ReadSize(format, ref at, position);
            if (at >= format.Length)
            {
                throw TemplateErrors.Evaluation(position, "a format ends inside a placeholder");
            }

            if (format[at] == '%')
            {
                text.Append('%');
                continue;
            }

            if (!isNamed && used >= items.Count)
            {
                throw TemplateErrors.Evaluation(position, "a format has more placeholders than values");
            }

            var value = isNamed ? named : items[used++];
            var part = One(format[at], value, precision, position, budget);
            AppendPadded(text, part, width - part.Length, isLeft, isZero && Comparisons.IsNumber(value));
        }

        return values is ListValue { IsTuple: true } && used < items.Count
            ? throw TemplateErrors.Evaluation(position, "a format has fewer placeholders than values")
            : text.ToString();
    }

    private static void AppendPadded(MeteredText text, string part, int padding, bool isLeft, bool isZero)
    {
        if (isLeft)
        {
            text.Append(part).Append(' ', padding);
            return;
        }

        var sign = isZero && part.StartsWith('-') ? 1 : 0;
        text.Append(part.AsSpan(0, sign)).Append(isZero ? '0' : ' ', padding).Append(part.AsSpan(sign));
    }

    private static (int Width, int Precision, bool IsLeft, bool IsZero) ReadSize(string format, ref int at, Position position)
    {
        var isLeft = false;
        var isZero = false;
        for (; at < format.Length && format[at] is '-' or '0' or '+' or ' '; at++)
        {
            isLeft |= format[at] == '-';
            isZero |= format[at] == '0';
        }

        var width = ReadNumber(format, ref at, position);
        var precision = -1;
        if (at < format.Length && format[at] == '.')
        {
            at++;
            precision = ReadNumber(format, ref at, position);
        }

        return (width, precision, isLeft, isZero);
    }

    private static int ReadNumber(string format, ref int at, Position position)
    {
        var number = 0;
        for (; at < format.Length && char.IsAsciiDigit(format[at]); at++)
        {
            number = (number * 10) + (format[at] - '0');
            if (number > MaxWidth)
            {
                throw TemplateErrors.LimitReached(position, $"a format width of more than {MaxWidth:N0}");
            }
        }

        return number;
    }

    private static string One(char kind, object? value, int precision, Position position, RenderBudget budget)
    {
        switch (kind)
        {
            case 's':
                var text = Values.ToText(value, budget);
                return precision >= 0 && precision < text.Length ? text[..precision] : text;
            case 'r':
                return Values.ToText(new ListValue([value]), budget)[1..^1];
            case 'd' or 'i' when Comparisons.IsNumber(value):
                return Math.Truncate(Comparisons.ToDouble(value)).ToString("0", CultureInfo.InvariantCulture) is var whole && value is long number
                    ? number.ToString(CultureInfo.InvariantCulture) : whole;
            case 'f' or 'F' when Comparisons.IsNumber(value):
                return Comparisons.ToDouble(value).ToString("F" + (precision < 0 ? 6 : Math.Min(precision, 100)).ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
            case 'x' when value is long hex and >= 0:
                return hex.ToString("x", CultureInfo.InvariantCulture);
            default:
                throw TemplateErrors.Evaluation(position, $"a format's '%{kind}' is applied to {Values.Describe(value)}");
        }
    }
}
