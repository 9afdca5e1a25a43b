namespace Gyre.Models.Templates.Jinja;

/// <summary>A statement of a template, as parsed.</summary>
/// <param name="Position">Where it begins.</param>
internal abstract record Statement(Position Position)
{
    /// <summary>Text outside tags.</summary>
    public sealed record Text(Position Position, string Value) : Statement(Position);

    /// <summary><c>{{ … }}</c>.</summary>
    public sealed record Output(Position Position, Expression Value) : Statement(Position);

    /// <summary><c>if</c> with its <c>elif</c> branches; the last one has no test when it is <c>else</c>.</summary>
    public sealed record If(Position Position, IReadOnlyList<(Expression? Test, IReadOnlyList<Statement> Body)> Branches) : Statement(Position);

    /// <summary><c>for</c>.</summary>
    public sealed record For(
        Position Position,
        AssignmentTarget Target,
        Expression Items,
        Expression? Condition,
        IReadOnlyList<Statement> Body,
        IReadOnlyList<Statement> Otherwise) : Statement(Position);

    /// <summary><c>set target = value</c>.</summary>
    public sealed record Set(Position Position, AssignmentTarget Target, Expression Value) : Statement(Position);

    /// <summary><c>set target</c> … <c>endset</c>, or a <c>filter</c> block when there is no target.</summary>
    public sealed record Capture(Position Position, AssignmentTarget? Target, Expression.Filter? Filter, IReadOnlyList<Statement> Body) : Statement(Position);

    /// <summary><c>macro</c>.</summary>
    public sealed record Macro(
        Position Position, string Name, IReadOnlyList<(string Name, Expression? Default)> Parameters, IReadOnlyList<Statement> Body) : Statement(Position);

    /// <summary><c>call(…) macro(…)</c>: the body becomes <c>caller</c>.</summary>
    public sealed record CallBlock(Position Position, Expression.Call Call, Macro Caller) : Statement(Position);

    /// <summary><c>with name = value, …</c>.</summary>
    public sealed record With(Position Position, IReadOnlyList<(AssignmentTarget Target, Expression Value)> Bindings, IReadOnlyList<Statement> Body) : Statement(Position);

    /// <summary>Statements that stand for themselves: a <c>generation</c> block.</summary>
    public sealed record Group(Position Position, IReadOnlyList<Statement> Body) : Statement(Position);

    /// <summary><c>break</c> or <c>continue</c>.</summary>
    public sealed record Jump(Position Position, bool IsBreak) : Statement(Position);
}
