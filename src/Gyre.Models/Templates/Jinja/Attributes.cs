namespace Gyre.Models.Templates.Jinja;

/// <summary>What <c>value.name</c> and <c>value[key]</c> give: methods of Python's types and items of containers, nothing else.</summary>
internal static class Attributes
{
    /// <summary><c>value.name</c>: a method first, then an item of that name.</summary>
    public static object? Get(object? target, string name, Position position, RenderBudget budget)
    {
        if (target is Undefined undefined)
        {
            throw TemplateErrors.Evaluation(position, $"'.{name}' of something undefined: {undefined.What}");
        }

        return (object?)MethodOf(target, name) ?? (TryItem(target, name, budget, out var item) ? item : Missing(name));
    }

    /// <summary><c>value[key]</c>: an item first, then a method of that name.</summary>
    public static object? GetItem(object? target, object? key, Position position, RenderBudget budget)
    {
        if (target is Undefined undefined)
        {
            throw TemplateErrors.Evaluation(position, $"an item of something undefined: {undefined.What}");
        }

        if (TryItem(target, key, budget, out var item))
        {
            return item;
        }

        return key is string name ? (object?)MethodOf(target, name) ?? Missing(name) : Undefined.Of($"there is no item {Values.Describe(key)}");
    }

    /// <summary>An item by key, place or, for namespaces and loops, name.</summary>
    public static bool TryItem(object? target, object? key, RenderBudget budget, out object? item)
    {
        item = null;
        budget.ChargeReading(key is string text ? text.Length : 0);
        return target switch
        {
            DictionaryValue dictionary => dictionary.TryGet(key, out item),
            ListValue or string => key is long or bool && Sequences.TryItemAt(target, key is long index ? index : key is true ? 1 : 0, budget, out item),
            NamespaceValue space => key is string name && space.Attributes.TryGetValue(name, out item),
            LoopValue loop => key is string name && loop.TryGet(name, out item),
            _ => false,
        };
    }

    private static Undefined Missing(string name) => Undefined.Of($"there is no '{TemplateErrors.Quote(name)}'");

    private static Callable? MethodOf(object? target, string name) => target switch
    {
        string text => StringMethods.Find(text, name),
        DictionaryValue dictionary => DictionaryMethod(dictionary, name),
        ListValue list => ListMethod(list, name),
        _ => null,
    };

    private static Callable? DictionaryMethod(DictionaryValue dictionary, string name) => name switch
    {
        "get" => new Callable(name, arguments =>
            dictionary.TryGet(arguments.Required(0, "key"), out var value) ? value : arguments.TryGet(1, "default", out var otherwise) ? otherwise : null),
        "items" => new Callable(name, arguments => Items(dictionary, arguments.Budget)),
        "keys" => new Callable(name, arguments => new ListValue(arguments.Renderer.Iterate(dictionary, arguments.Position))),
        "values" => new Callable(name, arguments =>
        {
            arguments.Budget.Charge(dictionary.Count);
            return new ListValue([.. dictionary.Entries.Select(entry => entry.Value)]);
        }),
        "copy" => new Callable(name, _ => dictionary),
        "clear" or "pop" or "popitem" or "setdefault" or "update" => Refused(name),
        _ => null,
    };

    private static Callable? ListMethod(ListValue list, string name) => name switch
    {
        "index" => new Callable(name, arguments => Comparisons.IndexOf(list, arguments.Required(0, "value"), arguments.Budget) is >= 0 and var at
            ? (long)at : throw arguments.Fault("looks for an item that is not in the list")),
        "count" => new Callable(name, arguments =>
        {
            var wanted = arguments.Required(0, "value");
            return (long)list.Items.Count(item => Comparisons.AreEqual(item, wanted, arguments.Budget));
        }),
        "copy" => new Callable(name, _ => list),
        "append" or "clear" or "extend" or "insert" or "pop" or "remove" or "reverse" or "sort" when !list.IsTuple => Refused(name),
        _ => null,
    };

    /// <summary>The entries of a dictionary, each as a tuple.</summary>
    public static ListValue Items(DictionaryValue dictionary, RenderBudget budget)
    {
        budget.Charge(dictionary.Count);
        return new ListValue([.. dictionary.Entries.Select(Pair)]);
    }

    private static ListValue Pair(KeyValuePair<object, object?> entry) => new([Sequences.KeyOf(entry.Key), entry.Value], isTuple: true);

    private static Callable Refused(string name) => new(name, arguments => throw arguments.Fault("would change a value, which templates may not do"));
}
