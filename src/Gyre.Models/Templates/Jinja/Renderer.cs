using System.Runtime.CompilerServices;
using System.Text;

namespace Gyre.Models.Templates.Jinja;

/// <summary>Runs the statements of a template once. Reaches nothing but the values it is given.</summary>
internal sealed partial class Renderer(RenderBudget budget, TimeProvider clock)
{
    private StringBuilder _output = new();
    private int _loopDepth;
    private int _callDepth;

    /// <summary>What may still be used.</summary>
    public RenderBudget Budget => budget;

    /// <summary>Renders a template with these variables.</summary>
    public string Render(IReadOnlyList<Statement> statements, IEnumerable<KeyValuePair<string, object?>> variables)
    {
        var globals = new Scope(null);
        Globals.Define(globals, clock);
        var scope = new Scope(globals);
        foreach (var (name, value) in variables)
        {
            scope.Set(name, value);
        }

        Run(statements, scope);
        return _output.ToString();
    }

    private Signal Run(IReadOnlyList<Statement> statements, Scope scope)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        foreach (var statement in statements)
        {
            Budget.Step(statement.Position);
            var signal = Run(statement, scope);
            if (signal != Signal.None)
            {
                return signal;
            }
        }

        return Signal.None;
    }

    private Signal Run(Statement statement, Scope scope)
    {
        switch (statement)
        {
            case Statement.Text text:
                Write(text.Position, text.Value);
                return Signal.None;
            case Statement.Output output:
                Write(output.Position, Values.ToText(Evaluate(output.Value, scope), Budget));
                return Signal.None;
            case Statement.If branch:
                return RunIf(branch, scope);
            case Statement.For loop:
                return RunFor(loop, scope);
            case Statement.Set set:
                Assign(set.Target, Evaluate(set.Value, scope), scope);
                return Signal.None;
            case Statement.Capture capture:
                return RunCapture(capture, scope);
            case Statement.Macro macro:
                scope.Set(macro.Name, MacroOf(macro, scope));
                return Signal.None;
            case Statement.CallBlock block:
                Write(block.Position, Values.ToText(Call(block.Call, scope, MacroOf(block.Caller, scope)), Budget));
                return Signal.None;
            case Statement.With with:
                return RunWith(with, scope);
            case Statement.Group group:
                return Run(group.Body, scope);
            case Statement.Jump jump:
                return jump.IsBreak ? Signal.Break : Signal.Continue;
            default:
                throw new InvalidOperationException($"The renderer does not know {statement.GetType().Name}.");
        }
    }

    private Signal RunIf(Statement.If branch, Scope scope)
    {
        foreach (var (test, body) in branch.Branches)
        {
            if (test is null || Values.IsTrue(Evaluate(test, scope)))
            {
                return Run(body, scope);
            }
        }

        return Signal.None;
    }

    // Jumps of the body end here; those of what runs instead of it belong to the loop round this one.
    private Signal RunFor(Statement.For loop, Scope scope)
    {
        var items = Iterate(Evaluate(loop.Items, scope), loop.Items.Position);
        if (loop.Condition is not null)
        {
            var kept = new List<object?>();
            foreach (var item in items)
            {
                var inner = new Scope(scope);
                Assign(loop.Target, item, inner);
                if (Values.IsTrue(Evaluate(loop.Condition, inner)))
                {
                    kept.Add(item);
                }
            }

            items = kept;
        }

        if (items.Count == 0)
        {
            return Run(loop.Otherwise, new Scope(scope));
        }

        _loopDepth++;
        var state = new LoopValue(items, _loopDepth);
        for (var i = 0; i < items.Count; i++)
        {
            Budget.Step(loop.Position);
            state.Index = i;
            var inner = new Scope(scope);
            inner.Set("loop", state);
            Assign(loop.Target, items[i], inner);
            if (Run(loop.Body, inner) == Signal.Break)
            {
                break;
            }
        }

        _loopDepth--;
        return Signal.None;
    }

    private Signal RunCapture(Statement.Capture capture, Scope scope)
    {
        var outer = _output;
        _output = new StringBuilder();
        var signal = Run(capture.Body, new Scope(scope));
        object? value = _output.ToString();
        _output = outer;
        if (capture.Filter is not null)
        {
            value = ApplyBlockFilter(capture.Filter, value, scope);
        }

        if (capture.Target is not null)
        {
            Assign(capture.Target, value, scope);
        }
        else
        {
            Write(capture.Position, Values.ToText(value, Budget));
        }

        return signal;
    }

    private Signal RunWith(Statement.With with, Scope scope)
    {
        var inner = new Scope(scope);
        foreach (var (target, value) in with.Bindings)
        {
            Assign(target, Evaluate(value, scope), inner);
        }

        return Run(with.Body, inner);
    }

    private void Assign(AssignmentTarget target, object? value, Scope scope)
    {
        if (target.Parts.Count > 0)
        {
            var items = Iterate(value, target.Position);
            if (items.Count != target.Parts.Count)
            {
                throw TemplateErrors.Evaluation(target.Position, $"{target.Parts.Count} names shall take {items.Count} values");
            }

            for (var i = 0; i < items.Count; i++)
            {
                Assign(target.Parts[i], items[i], scope);
            }
        }
        else if (target.Attribute is null)
        {
            scope.Set(target.Name!, value); // A target without parts has a name.
        }
        else
        {
            if (!scope.TryGet(target.Name!, out var owner) || owner is not NamespaceValue @namespace)
            {
                throw TemplateErrors.Evaluation(target.Position, $"'{target.Name}' is no namespace, so its attributes cannot be set");
            }

            @namespace.Attributes[target.Attribute] = value;
        }
    }

    private Callable MacroOf(Statement.Macro macro, Scope definition) => new(macro.Name, arguments =>
    {
        Budget.CheckCallDepth(++_callDepth);
        var scope = new Scope(definition);
        Bind(macro, arguments, scope);
        var (output, loopDepth) = (_output, _loopDepth);
        _output = new StringBuilder();
        _loopDepth = 0;
        Run(macro.Body, scope);
        var text = _output.ToString();
        (_output, _loopDepth) = (output, loopDepth);
        _callDepth--;
        return text;
    });

    private void Bind(Statement.Macro macro, CallArguments arguments, Scope scope)
    {
        var known = macro.Parameters;
        Budget.Charge(arguments.Positional.Count + (known.Count * (arguments.Named.Count + 1L))); // Each name is compared with each.
        scope.Set("varargs", new ListValue([.. arguments.Positional.Skip(known.Count)], isTuple: true));
        var further = new DictionaryValue(Budget);
        foreach (var (name, value) in arguments.Named)
        {
            if (name == "caller")
            {
                scope.Set(name, value);
            }
            else if (known.All(parameter => parameter.Name != name))
            {
                further.Set(name, value);
            }
        }

        scope.Set("kwargs", further);
        for (var i = 0; i < known.Count; i++)
        {
            var (name, otherwise) = known[i];
            scope.Set(name, arguments.TryGet(i, name, out var value) ? value
                : otherwise is not null ? Evaluate(otherwise, scope)
                : Undefined.Of($"parameter '{name}' was not given"));
        }
    }

    private void Write(Position position, string text)
    {
        Budget.Position = position;
        Budget.ChargeText(text.Length);
        Budget.CheckOutput(_output.Length + (long)text.Length);
        _output.Append(text);
    }
}
