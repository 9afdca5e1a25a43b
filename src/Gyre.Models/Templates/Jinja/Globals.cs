namespace Gyre.Models.Templates.Jinja;

/// <summary>The functions that every template has.</summary>
internal static class Globals
{
    private const int MaxRange = 100_000;

    /// <summary>Defines them in a scope.</summary>
    public static void Define(Scope scope, TimeProvider clock)
    {
        Add("range", Range);
        Add("namespace", Namespace);
        Add("dict", Dictionary);
        Add("raise_exception", arguments => throw TemplateErrors.Raised(arguments.Position, Values.ToText(arguments.Required(0, "message"), arguments.Budget)));
        Add("strftime_now", arguments => TimeFormat.Apply(arguments.Text(0, "format"), clock.GetLocalNow(), arguments));

        void Add(string name, Func<CallArguments, object?> invoke) => scope.Set(name, new Callable(name, invoke));
    }

    private static ListValue Range(CallArguments arguments)
    {
        var first = arguments.Integer(0, "start", 0);
        var (start, stop) = arguments.Positional.Count > 1 ? (first, arguments.Integer(1, "stop", 0)) : (0, first);
        var step = arguments.Integer(2, "step", 1);
        if (arguments.Positional.Count == 0 || step == 0)
        {
            throw arguments.Fault("needs an end, and a step that is not 0");
        }

        var span = step > 0 ? (Int128)stop - start : (Int128)start - stop;
        var count = span <= 0 ? 0 : ((span - 1) / Int128.Abs(step)) + 1;
        if (count > MaxRange)
        {
            throw TemplateErrors.LimitReached(arguments.Position, $"a range of more than {MaxRange:N0} numbers");
        }

        arguments.Budget.Charge((long)count);
        var items = new object?[(int)count];
        for (var i = 0; i < items.Length; i++)
        {
            items[i] = (long)(start + ((Int128)i * step));
        }

        return new ListValue(items);
    }

    private static NamespaceValue Namespace(CallArguments arguments)
    {
        var space = new NamespaceValue();
        foreach (var (key, value) in Entries(arguments))
        {
            space.Attributes[Values.ToText(key, arguments.Budget)] = value;
        }

        return space;
    }

    private static DictionaryValue Dictionary(CallArguments arguments)
    {
        var dictionary = new DictionaryValue(arguments.Budget);
        foreach (var (key, value) in Entries(arguments))
        {
            dictionary.Set(key, value);
        }

        return dictionary;
    }

    private static IEnumerable<(object? Key, object? Value)> Entries(CallArguments arguments)
    {
        if (arguments.Positional.Count > 0)
        {
            if (arguments.Positional is not [DictionaryValue first])
            {
                throw arguments.Fault("takes one mapping and named values");
            }

            arguments.Budget.Charge(first.Count);
            foreach (var entry in first.Entries)
            {
                yield return (Sequences.KeyOf(entry.Key), entry.Value);
            }
        }

        foreach (var (name, value) in arguments.Named)
        {
            yield return (name, value);
        }
    }
}
