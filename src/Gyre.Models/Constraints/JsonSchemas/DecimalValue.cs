using System.Globalization;

namespace Gyre.Models.Constraints.JsonSchemas;

/// <summary>A JSON number, exactly: its sign and its digits before and behind the point, without needless zeros.</summary>
internal readonly record struct DecimalValue(bool IsNegative, string Whole, string Fraction)
{
    /// <summary>The most digits that a number may have when it is written without an exponent.</summary>
    public const int MostDigits = 60;

    public static DecimalValue Zero { get; } = new(false, "0", "");

    public bool IsZero => Whole == "0" && Fraction.Length == 0;

    public bool IsInteger => Fraction.Length == 0;

    /// <summary>The number without its sign.</summary>
    public DecimalValue Magnitude => this with { IsNegative = false };

    /// <summary>Reads a JSON number; null when it has too many digits.</summary>
    public static DecimalValue? Parse(string text)
    {
        var isNegative = text.StartsWith('-');
        var mantissa = text.AsSpan(isNegative ? 1 : 0);
        var exponent = 0;
        var mark = mantissa.IndexOfAny('e', 'E');
        if (mark >= 0)
        {
            if (!int.TryParse(mantissa[(mark + 1)..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out exponent) || Math.Abs((long)exponent) > MostDigits)
            {
                return null;
            }

            mantissa = mantissa[..mark];
        }

        var point = mantissa.IndexOf('.');
        var digits = point < 0 ? mantissa.ToString() : string.Concat(mantissa[..point], mantissa[(point + 1)..]);
        var place = (point < 0 ? mantissa.Length : point) + exponent;
        if (digits.Length > MostDigits)
        {
            return null;
        }

        digits = place < 0 ? new string('0', -place) + digits : digits.PadRight(Math.Max(0, place), '0');
        place = Math.Max(0, place);
        var whole = digits[..place].TrimStart('0');
        var value = new DecimalValue(false, whole.Length == 0 ? "0" : whole, digits[place..].TrimEnd('0'));
        return value.Whole.Length + value.Fraction.Length > MostDigits ? null : value with { IsNegative = isNegative && !value.IsZero };
    }

    public static int Compare(DecimalValue left, DecimalValue right)
    {
        if (left.IsNegative != right.IsNegative)
        {
            return left.IsNegative ? -1 : 1;
        }

        var order = left.Whole.Length.CompareTo(right.Whole.Length);
        order = order != 0 ? order : string.CompareOrdinal(left.Whole, right.Whole);
        order = order != 0 ? order : string.CompareOrdinal(left.Fraction, right.Fraction);
        return left.IsNegative ? -order : order;
    }

    public override string ToString() => (IsNegative ? "-" : "") + Whole + (IsInteger ? "" : "." + Fraction);
}
