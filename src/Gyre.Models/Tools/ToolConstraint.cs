using Gyre.Models.Constraints;

namespace Gyre.Models.Tools;

/// <summary>What answers with calls look like in each family's form, as constraints.</summary>
internal static class ToolConstraint
{
    /// <summary>More calls than any answer needs, so that no model calls for ever.</summary>
    private const int MaxCalls = 16;

    /// <summary>Calls and nothing else.</summary>
    /// <param name="syntax">The family's form.</param>
    /// <param name="calls">The functions with what their arguments must look like.</param>
    /// <param name="isParallel">Several calls may follow one another.</param>
    /// <param name="isOpened">The text before the calls stands already.</param>
    public static Constraint Calls(ToolSyntax syntax, IReadOnlyList<(string Name, Constraint Arguments)> calls, bool isParallel, bool isOpened)
    {
        var one = One(syntax, calls);
        var more = isParallel && syntax.IsParallel ? MaxCalls - 1 : 0;
        var open = isOpened ? Constraint.Literal("") : syntax.Open is { } mark ? Mark(mark) : Prefix(syntax);
        if (syntax.IsList)
        {
            return Constraint.Sequence(open, Constraint.Literal("["), one, Constraint.Repeat(Constraint.Sequence(Constraint.Literal(", "), one), 0, more), Constraint.Literal("]"));
        }

        var first = Constraint.Sequence(open, Inside(syntax, one));
        var next = Constraint.Sequence(syntax.Open is { } again ? Constraint.Sequence(LineEnd, Mark(again)) : Constraint.Literal("\n"), Inside(syntax, one));
        return more == 0 ? first : Constraint.Sequence(first, Constraint.Repeat(next, 0, more));
    }

    /// <summary>Free text in which calls are bound to their form once they begin.</summary>
    public static Constraint TextOrCalls(ToolSyntax syntax, IReadOnlyList<(string Name, Constraint Arguments)> calls, bool isParallel)
    {
        if (syntax.Open is null)
        {
            // Only an answer that begins with an object is a call.
            return Constraint.Choice(
                Calls(syntax, calls, isParallel, isOpened: false),
                Constraint.Literal(""),
                Constraint.Sequence(Constraint.FromRegex(@"[^{\s]"), Constraint.AnyText()));
        }

        var then = syntax.IsList ? Calls(syntax, calls, isParallel, isOpened: true) : Inside(syntax, One(syntax, calls));
        return Constraint.FreeTextUntil([(syntax.Open, then)], mustTrigger: false, repeats: isParallel && syntax is { IsParallel: true, IsList: false }, triggersAreTokens: true);
    }

    /// <summary>A mark as the vocabulary has it: text, or a special token.</summary>
    private static Constraint Mark(string mark) => Constraint.Choice(Constraint.Literal(mark), Constraint.SpecialToken(mark));

    /// <summary>What may stand before the first call and means nothing; only as a special token, because text would be text.</summary>
    private static Constraint Prefix(ToolSyntax syntax) => syntax.Prefixes.Count == 0
        ? Constraint.Literal("")
        : Constraint.Repeat(Constraint.Choice([.. syntax.Prefixes.Select(Constraint.SpecialToken)]), 0, 1);

    private static Constraint Inside(ToolSyntax syntax, Constraint one) => syntax.Close is { } close
        ? Constraint.Sequence(LineEnd, one, LineEnd, Mark(close))
        : one;

    /// <summary>The families' templates show a line end here, and models leave it out now and then.</summary>
    private static Constraint LineEnd => Constraint.Repeat(Constraint.Literal("\n"), 0, 1);

    private static Constraint One(ToolSyntax syntax, IReadOnlyList<(string Name, Constraint Arguments)> calls) => Constraint.Choice(
        [.. calls.Select(call => Constraint.Sequence(
            Constraint.Literal($"{{\"name\": \"{call.Name}\", \"{syntax.ArgumentsKey}\": "),
            call.Arguments,
            Constraint.Literal("}")))]);
}
