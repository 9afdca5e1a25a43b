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
        Add("raise_exception", arguments => throw TemplateErrors.Raised(arguments.Position, Values.ToText(arguments.Required(0, "message"))));
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

        var items = new List<object?>();
        for (var value = start; step > 0 ? value < stop : value > stop; value = checked(value + step))
        {
            if (items.Count == MaxRange)
            {
                throw TemplateErrors.LimitReached(arguments.Position, $"a range of more than {MaxRange:N0} numbers");
            }

            items.Add(value);
        }

        arguments.Renderer.Budget.Charge(arguments.Position, items.Count);
        return new ListValue(items);
    }

    private static NamespaceValue Namespace(CallArguments arguments)
    {
        var space = new NamespaceValue();
        foreach (var (key, value) in Entries(arguments))
        {
            space.Attributes[Values.ToText(key)] = value;
        }

        return space;
    }

    private static DictionaryValue Dictionary(CallArguments arguments)
    {
        var dictionary = new DictionaryValue();
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
