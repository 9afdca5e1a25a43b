using System.Runtime.CompilerServices;

namespace Gyre.Models.Templates.Jinja;

/// <content>The values of expressions.</content>
internal sealed partial class Renderer
{
    /// <summary>Calls something with values.</summary>
    public object? Invoke(object? target, CallArguments arguments)
    {
        Budget.Position = arguments.Position;
        return target is Callable callable
            ? callable.Invoke(arguments)
            : throw TemplateErrors.Evaluation(arguments.Position, $"{Values.Describe(target)} is called, but is no function");
    }

    /// <summary>The items of a value that can be looped over.</summary>
    public IReadOnlyList<object?> Iterate(object? value, Position position)
    {
        Budget.Position = position;
        return Sequences.ItemsOf(value, Budget) ?? throw TemplateErrors.Evaluation(position, $"{Values.Describe(value)} cannot be looped over");
    }

    private object? Evaluate(Expression expression, Scope scope)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        Budget.Step(expression.Position);
        switch (expression)
        {
            case Expression.Literal literal:
                return literal.Value;
            case Expression.Name name:
                return scope.TryGet(name.Identifier, out var found) ? found : Undefined.Of($"'{name.Identifier}' is not defined");
            case Expression.Sequence sequence:
                return new ListValue([.. sequence.Items.Select(item => Evaluate(item, scope))], sequence.IsTuple);
            case Expression.Mapping mapping:
                return EvaluateMapping(mapping, scope);
            case Expression.Attribute attribute:
                return Attributes.Get(Evaluate(attribute.Target, scope), attribute.Identifier, attribute.Position, Budget);
            case Expression.Item item:
                return Attributes.GetItem(Evaluate(item.Target, scope), Evaluate(item.Key, scope), item.Position, Budget);
            case Expression.Slice slice:
                return EvaluateSlice(slice, scope);
            case Expression.Call call:
                return Call(call, scope, null);
            case Expression.Filter filter:
                return ApplyFilter(filter, filter.Target is null ? null : Evaluate(filter.Target, scope), scope);
            case Expression.Test test:
                var arguments = ArgumentsOf(test.Identifier, test.Position, test.Arguments, scope, null);
                return Tests.Apply(test.Identifier, Evaluate(test.Target, scope), arguments) != test.IsNegated;
            case Expression.Unary unary:
                var operand = Evaluate(unary.Operand, scope);
                return unary.Operator == "not" ? !Values.IsTrue(operand) : Arithmetic.Sign(unary.Operator, operand, unary.Position);
            case Expression.Binary binary:
                return EvaluateBinary(binary, scope);
            case Expression.Comparison comparison:
                return EvaluateComparison(comparison, scope);
            case Expression.Conditional conditional:
                return Values.IsTrue(Evaluate(conditional.Condition, scope)) ? Evaluate(conditional.Then, scope)
                    : conditional.Otherwise is not null ? Evaluate(conditional.Otherwise, scope)
                    : Undefined.Of("a condition without 'else' was false");
            default:
                throw new InvalidOperationException($"The renderer does not know {expression.GetType().Name}.");
        }
    }

    private DictionaryValue EvaluateMapping(Expression.Mapping mapping, Scope scope)
    {
        var dictionary = new DictionaryValue(Budget);
        foreach (var (key, value) in mapping.Entries)
        {
            var name = Evaluate(key, scope);
            if (name is not (null or string or long or double or bool or ListValue { IsTuple: true }))
            {
                throw TemplateErrors.Evaluation(key.Position, $"{Values.Describe(name)} cannot be the key of a mapping");
            }

            dictionary.Set(name, Evaluate(value, scope));
        }

        return dictionary;
    }

    private object? EvaluateSlice(Expression.Slice slice, Scope scope)
    {
        var target = Evaluate(slice.Target, scope);
        var (start, stop, step) = (Bound(slice.Start), Bound(slice.Stop), Bound(slice.Step));
        Budget.Position = slice.Position;
        return Sequences.Slice(target, start, stop, step, Budget);

        long? Bound(Expression? part) => part is null ? null : Evaluate(part, scope) switch
        {
            null => null,
            long number => number,
            bool flag => flag ? 1 : 0,
            var other => throw TemplateErrors.Evaluation(part.Position, $"a slice needs whole numbers, but this is {Values.Describe(other)}"),
        };
    }

    private object? Call(Expression.Call call, Scope scope, Callable? caller)
    {
        var target = Evaluate(call.Target, scope);
        var name = call.Target switch
        {
            Expression.Name found => found.Identifier,
            Expression.Attribute attribute => attribute.Identifier,
            _ => "the function",
        };
        return Invoke(target, ArgumentsOf(name, call.Position, call.Arguments, scope, caller));
    }

    private object? ApplyFilter(Expression.Filter filter, object? value, Scope scope) =>
        Filters.Apply(filter.Identifier, value, ArgumentsOf(filter.Identifier, filter.Position, filter.Arguments, scope, null));

    // The filters of a block: the innermost one, which has no value of its own, takes the body.
    private object? ApplyBlockFilter(Expression.Filter filter, object? body, Scope scope) =>
        ApplyFilter(filter, filter.Target is Expression.Filter inner ? ApplyBlockFilter(inner, body, scope) : body, scope);

    private CallArguments ArgumentsOf(string name, Position position, Arguments arguments, Scope scope, Callable? caller)
    {
        var positional = new object?[arguments.Positional.Count];
        for (var i = 0; i < positional.Length; i++)
        {
            positional[i] = Evaluate(arguments.Positional[i], scope);
        }

        var named = new List<(string Name, object? Value)>(arguments.Named.Count + 1);
        foreach (var (key, value) in arguments.Named)
        {
            named.Add((key, Evaluate(value, scope)));
        }

        if (caller is not null)
        {
            named.Add(("caller", caller));
        }

        return new CallArguments(this, position, name, positional, named);
    }

    private object? EvaluateBinary(Expression.Binary binary, Scope scope)
    {
        var left = Evaluate(binary.Left, scope);
        if (binary.Operator is "and" or "or")
        {
            return Values.IsTrue(left) == (binary.Operator == "and") ? Evaluate(binary.Right, scope) : left;
        }

        var right = Evaluate(binary.Right, scope);
        Budget.Position = binary.Position;
        return binary.Operator == "~" ? Join(left, right) : Arithmetic.Apply(binary.Operator, left, right, binary.Position, Budget);
    }

    private string Join(object? left, object? right)
    {
        var (first, second) = (Values.ToText(left, Budget), Values.ToText(right, Budget));
        Budget.ChargeText(first.Length + (long)second.Length);
        return first + second;
    }

    private object? EvaluateComparison(Expression.Comparison comparison, Scope scope)
    {
        var left = Evaluate(comparison.First, scope);
        foreach (var (text, operand) in comparison.Rest)
        {
            var right = Evaluate(operand, scope);
            if (!Holds(text, left, right, operand.Position))
            {
                return false;
            }

            left = right;
        }

        return true;
    }

    private bool Holds(string text, object? left, object? right, Position position)
    {
        Budget.Position = position;
        switch (text)
        {
            case "==":
                return Comparisons.AreEqual(left, right, Budget);
            case "!=":
                return !Comparisons.AreEqual(left, right, Budget);
            case "in" or "not in":
                var contains = Comparisons.Contains(right, left, Budget)
                    ?? throw TemplateErrors.Evaluation(position, $"{Values.Describe(left)} is looked for in {Values.Describe(right)}");
                return contains == (text == "in");
            default:
                var order = Comparisons.Compare(left, right, Budget)
                    ?? throw TemplateErrors.Evaluation(position, $"{Values.Describe(left)} and {Values.Describe(right)} have no order");
                return text switch { "<" => order < 0, "<=" => order <= 0, ">" => order > 0, _ => order >= 0 };
        }
    }
}
