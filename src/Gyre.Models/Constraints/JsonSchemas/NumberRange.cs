using Gyre.Models.Constraints.Grammars;
using Gyre.Models.Constraints.Regexes;

namespace Gyre.Models.Constraints.JsonSchemas;

/// <summary>The decimal spellings of the numbers between two limits.</summary>
/// <remarks>
/// Normal form: no exponent, no needless zero before the digits, no negative zero; before the point and behind it at most
/// 19 digits, or as many as the limits have.
/// </remarks>
internal sealed class NumberRange(NumberLimit? lower, NumberLimit? upper, CompileBudget budget)
{
    private static readonly RegexNode Digit = new RegexSet(UnicodeCategories.Digits);
    private static readonly RegexNode NonZero = RegexNode.OneOf("123456789");
    private static readonly RegexNode Point = RegexNode.OneOf(".");
    private static readonly RegexNode Never = RegexNode.Choice();

    private readonly int _mostWhole = Math.Max(JsonTexts.MostDigits, Math.Max(lower?.Value.Whole.Length ?? 0, upper?.Value.Whole.Length ?? 0));
    private readonly int _mostFraction = Math.Max(JsonTexts.MostDigits, Math.Max(lower?.Value.Fraction.Length ?? 0, upper?.Value.Fraction.Length ?? 0));

    private RegexNode AnyFraction => RegexNode.Sequence(Point, Digit.Repeat(1, _mostFraction)).Repeat(0, 1);

    /// <summary>The spellings.</summary>
    /// <param name="fractionDigits">The most digits behind the point, 0 for integers; null for as many as the normal form has.</param>
    /// <param name="divisors">Positive integers that must divide the number; integers only then.</param>
    public GrammarNode Spellings(int? fractionDigits, IReadOnlyList<int> divisors)
    {
        var branches = new List<GrammarNode>();
        if (upper is not { Value.IsNegative: true } && upper is not { Value.IsZero: true, IsOpen: true })
        {
            NumberLimit? low = lower is { Value.IsNegative: false } positive ? positive : null;
            branches.Add(new AutomatonNode(Magnitudes(low, upper, fractionDigits, divisors), IsJson: false));
        }

        if (lower is null or { Value.IsNegative: true })
        {
            var low = upper is { Value.IsNegative: true } negative
                ? new NumberLimit(negative.Value.Magnitude, negative.IsOpen)
                : new NumberLimit(DecimalValue.Zero, IsOpen: true);
            NumberLimit? high = lower is { } limit ? new NumberLimit(limit.Value.Magnitude, limit.IsOpen) : null;
            var magnitudes = new AutomatonNode(Magnitudes(low, high, fractionDigits, divisors), IsJson: false);
            branches.Add(GrammarNode.Sequence(GrammarNode.Text("-"), magnitudes));
        }

        return new ChoiceNode(branches);
    }

    private CodePointAutomaton Magnitudes(NumberLimit? low, NumberLimit? high, int? fractionDigits, IReadOnlyList<int> divisors)
    {
        var most = fractionDigits ?? _mostFraction;
        var fraction = most == 0 ? RegexNode.Empty : RegexNode.Sequence(Point, Digit.Repeat(1, most)).Repeat(0, 1);
        var result = CodePointAutomaton.Of(RegexNode.Sequence(Wholes(1, _mostWhole), fraction), isSearch: false, budget);
        if (low is { } least)
        {
            result = Narrow(result, AtLeast(least));
        }

        if (high is { } greatest)
        {
            result = Narrow(result, AtMost(greatest));
        }

        foreach (var divisor in divisors)
        {
            result = CodePointAutomaton.Intersect(result, Multiples(divisor), budget);
        }

        return result;
    }

    private CodePointAutomaton Narrow(CodePointAutomaton all, RegexNode limit) =>
        CodePointAutomaton.Intersect(all, CodePointAutomaton.Of(limit, isSearch: false, budget), budget);

    /// <summary>Digits whose number an integer divides; the states are remainders.</summary>
    private CodePointAutomaton Multiples(int divisor) => CodePointAutomaton.OfFunction(
        "0123456789", divisor, (remainder, digit) => ((remainder * 10) + digit) % divisor, remainder => remainder == 0, budget);

    /// <summary>Whole numbers with so many digits; the only one that may begin with zero is zero.</summary>
    private static RegexNode Wholes(int least, int most)
    {
        if (least > most)
        {
            return Never;
        }

        var longer = RegexNode.Sequence(NonZero, Digit.Repeat(Math.Max(1, least - 1), Math.Max(1, most - 1)));
        return least > 1 ? longer : most > 1 ? RegexNode.Choice(Digit, longer) : Digit;
    }

    private RegexNode AtMost(NumberLimit limit)
    {
        var (whole, fraction) = (limit.Value.Whole, limit.Value.Fraction);
        var branches = new List<RegexNode> { RegexNode.Sequence(Wholes(1, whole.Length - 1), AnyFraction) };
        for (var i = 0; i < whole.Length; i++)
        {
            var least = i == 0 && whole.Length > 1 ? '1' : '0';
            branches.Add(RegexNode.Sequence(RegexNode.Literal(whole[..i]), Digits(least, whole[i] - 1), Exactly(whole.Length - i - 1), AnyFraction));
        }

        // The same whole number: the fraction decides; one that stops early is smaller, because the limit ends in no zero.
        var below = new List<RegexNode>();
        for (var i = 0; i < fraction.Length; i++)
        {
            below.Add(RegexNode.Sequence(RegexNode.Literal(fraction[..i]), Digits('0', fraction[i] - 1), Digit.Repeat(0, _mostFraction - i - 1)));
            below.Add(i > 0 ? RegexNode.Literal(fraction[..i]) : Never);
        }

        if (!limit.IsOpen)
        {
            below.Add(RegexNode.Sequence(RegexNode.Literal(fraction), RegexNode.OneOf("0").Repeat(fraction.Length == 0 ? 1 : 0, _mostFraction - fraction.Length)));
        }

        var isWholeAllowed = !limit.IsOpen || fraction.Length > 0;
        branches.Add(RegexNode.Sequence(
            RegexNode.Literal(whole),
            RegexNode.Choice(isWholeAllowed ? RegexNode.Empty : Never, RegexNode.Sequence(Point, new RegexChoice(below)))));
        return new RegexChoice(branches);
    }

    private RegexNode AtLeast(NumberLimit limit)
    {
        var (whole, fraction) = (limit.Value.Whole, limit.Value.Fraction);
        var branches = new List<RegexNode> { RegexNode.Sequence(Wholes(whole.Length + 1, _mostWhole), AnyFraction) };
        for (var i = 0; i < whole.Length; i++)
        {
            branches.Add(RegexNode.Sequence(RegexNode.Literal(whole[..i]), Digits(whole[i] + 1, '9'), Exactly(whole.Length - i - 1), AnyFraction));
        }

        var above = new List<RegexNode>();
        for (var i = 0; i < fraction.Length; i++)
        {
            above.Add(RegexNode.Sequence(RegexNode.Literal(fraction[..i]), Digits(fraction[i] + 1, '9'), Digit.Repeat(0, _mostFraction - i - 1)));
        }

        // Behind the limit's own digits: anything where the limit is closed, else something that is not zero.
        var left = _mostFraction - fraction.Length;
        for (var zeros = 0; limit.IsOpen && zeros < left; zeros++)
        {
            above.Add(RegexNode.Sequence(RegexNode.Literal(fraction + new string('0', zeros)), NonZero, Digit.Repeat(0, left - zeros - 1)));
        }

        if (!limit.IsOpen)
        {
            above.Add(RegexNode.Sequence(RegexNode.Literal(fraction), Digit.Repeat(fraction.Length == 0 ? 1 : 0, left)));
        }

        var isWholeAllowed = !limit.IsOpen && fraction.Length == 0;
        branches.Add(RegexNode.Sequence(
            RegexNode.Literal(whole),
            RegexNode.Choice(isWholeAllowed ? RegexNode.Empty : Never, RegexNode.Sequence(Point, new RegexChoice(above)))));
        return new RegexChoice(branches);
    }

    private static RegexNode Exactly(int count) => Digit.Repeat(count, count);

    private static RegexNode Digits(int low, int high) => low > high ? Never : new RegexSet(CodePointSet.Of((low, high)));
}
