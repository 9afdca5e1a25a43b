namespace Gyre.Models.Templates.Jinja;

/// <summary>An expression of a template, as parsed.</summary>
/// <param name="Position">Where it begins.</param>
internal abstract record Expression(Position Position)
{
    /// <summary>A fixed value.</summary>
    public sealed record Literal(Position Position, object? Value) : Expression(Position);

    /// <summary>A variable.</summary>
    public sealed record Name(Position Position, string Identifier) : Expression(Position);

    /// <summary>A list or tuple.</summary>
    public sealed record Sequence(Position Position, IReadOnlyList<Expression> Items, bool IsTuple) : Expression(Position);

    /// <summary>A dictionary.</summary>
    public sealed record Mapping(Position Position, IReadOnlyList<(Expression Key, Expression Value)> Entries) : Expression(Position);

    /// <summary><c>value.name</c>.</summary>
    public sealed record Attribute(Position Position, Expression Target, string Identifier) : Expression(Position);

    /// <summary><c>value[key]</c>.</summary>
    public sealed record Item(Position Position, Expression Target, Expression Key) : Expression(Position);

    /// <summary><c>value[start:stop:step]</c>; absent parts are null.</summary>
    public sealed record Slice(Position Position, Expression Target, Expression? Start, Expression? Stop, Expression? Step) : Expression(Position);

    /// <summary>A call.</summary>
    public sealed record Call(Position Position, Expression Target, Arguments Arguments) : Expression(Position);

    /// <summary><c>value | filter(…)</c>; the value is null inside a filter block, where the body takes its place.</summary>
    public sealed record Filter(Position Position, Expression? Target, string Identifier, Arguments Arguments) : Expression(Position);

    /// <summary><c>value is test</c>.</summary>
    public sealed record Test(Position Position, Expression Target, string Identifier, Arguments Arguments, bool IsNegated) : Expression(Position);

    /// <summary><c>-value</c>, <c>+value</c>, <c>not value</c>.</summary>
    public sealed record Unary(Position Position, string Operator, Expression Operand) : Expression(Position);

    /// <summary>Arithmetic, <c>~</c>, <c>and</c>, <c>or</c>.</summary>
    public sealed record Binary(Position Position, string Operator, Expression Left, Expression Right) : Expression(Position);

    /// <summary>A chain of comparisons.</summary>
    public sealed record Comparison(Position Position, Expression First, IReadOnlyList<(string Operator, Expression Operand)> Rest) : Expression(Position);

    /// <summary><c>then if test else otherwise</c>.</summary>
    public sealed record Conditional(Position Position, Expression Condition, Expression Then, Expression? Otherwise) : Expression(Position);
}
