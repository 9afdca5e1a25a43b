namespace Gyre.Models.Constraints.JsonSchemas;

/// <summary>What schemas say about numbers.</summary>
internal sealed class NumberFacts
{
    /// <summary>The largest divisor: an automaton has a state for each remainder.</summary>
    private const int MaxDivisor = 10_000;

    private readonly List<int> _divisors = [];

    /// <summary>Reads the keywords of some schemas.</summary>
    public NumberFacts(IEnumerable<SchemaNode> nodes)
    {
        foreach (var node in nodes)
        {
            Read(node, "minimum", "exclusiveMinimum", isLower: true);
            Read(node, "maximum", "exclusiveMaximum", isLower: false);
            ReadDivisor(node);
        }
    }

    public NumberLimit? Lower { get; private set; }

    public NumberLimit? Upper { get; private set; }

    /// <summary>The most digits behind the point that a divisor such as 0.01 leaves; null without one.</summary>
    public int? FractionDigits { get; private set; }

    public IReadOnlyList<int> Divisors => _divisors;

    public bool IsFree => Lower is null && Upper is null && _divisors.Count == 0 && FractionDigits is null;

    public bool IsMatch(DecimalValue value) =>
        (Lower is not { } lower || DecimalValue.Compare(value, lower.Value) >= (lower.IsOpen ? 1 : 0))
        && (Upper is not { } upper || DecimalValue.Compare(value, upper.Value) <= (upper.IsOpen ? -1 : 0))
        && value.Fraction.Length <= (FractionDigits ?? int.MaxValue)
        && (_divisors.Count == 0 || (value.IsInteger && _divisors.TrueForAll(divisor => value.Whole.Aggregate(0, (rest, digit) => ((rest * 10) + digit - '0') % divisor) == 0)));

    /// <summary>True when no number is inside both.</summary>
    public bool IsDisjointFrom(NumberFacts other) => IsBelow(Upper, other.Lower) || IsBelow(other.Upper, Lower);

    private static bool IsBelow(NumberLimit? upper, NumberLimit? lower) =>
        upper is { } high && lower is { } low && DecimalValue.Compare(high.Value, low.Value) is var order && (order < 0 || (order == 0 && (high.IsOpen || low.IsOpen)));

    private void Read(SchemaNode node, string keyword, string exclusiveKeyword, bool isLower)
    {
        // In draft 4 the exclusive keyword was a boolean beside the other.
        if (node.Find(exclusiveKeyword) is { ValueKind: System.Text.Json.JsonValueKind.True or System.Text.Json.JsonValueKind.False } flag)
        {
            throw SchemaKeywords.Malformed(node, exclusiveKeyword, flag, "a number (drafts since 6)");
        }

        Narrow(SchemaKeywords.Number(node, keyword), isOpen: false, isLower);
        Narrow(SchemaKeywords.Number(node, exclusiveKeyword), isOpen: true, isLower);
    }

    private void Narrow(DecimalValue? limit, bool isOpen, bool isLower)
    {
        if (limit is not { } value)
        {
            return;
        }

        var current = isLower ? Lower : Upper;
        var order = current is { } known ? DecimalValue.Compare(value, known.Value) * (isLower ? 1 : -1) : 1;
        if (order > 0 || (order == 0 && isOpen))
        {
            NumberLimit? narrowed = new NumberLimit(value, isOpen);
            (Lower, Upper) = (isLower ? narrowed : Lower, isLower ? Upper : narrowed);
        }
    }

    private void ReadDivisor(SchemaNode node)
    {
        if (SchemaKeywords.Number(node, "multipleOf") is not { } divisor)
        {
            return;
        }

        if (divisor.IsNegative || divisor.IsZero)
        {
            throw ConstraintErrors.Schema(node.PointerTo("multipleOf"), $"{divisor} for 'multipleOf'", "a number above 0");
        }

        if (divisor.Whole == "0" && divisor.Fraction.TrimStart('0') == "1")
        {
            FractionDigits = Math.Min(FractionDigits ?? int.MaxValue, divisor.Fraction.Length);
        }
        else if (!divisor.IsInteger)
        {
            throw ConstraintErrors.Schema(node.PointerTo("multipleOf"), $"{divisor} for 'multipleOf', which cannot be enforced while writing", "an integer or 0.1, 0.01 and so on");
        }
        else if (divisor.Whole.Length > 5 || int.Parse(divisor.Whole) > MaxDivisor)
        {
            throw ConstraintErrors.TooLarge("JSON schema", $"'multipleOf' is {divisor} at {ConstraintErrors.Place(node.Pointer)}", $"at most {MaxDivisor:N0}");
        }
        else
        {
            _divisors.Add(int.Parse(divisor.Whole));
        }
    }
}
