namespace Gyre.Models.Templates.Jinja;

/// <content>Filters of sequences and mappings.</content>
internal static partial class Filters
{
    private static object? ApplyToSequence(string name, object? value, CallArguments arguments)
    {
        switch (name)
        {
            case "length" or "count":
                return Sequences.LengthOf(value) ?? throw arguments.Fault($"needs something with a length, but got {Values.Describe(value)}");
            case "items":
                return value switch
                {
                    Undefined => new ListValue([]),
                    DictionaryValue dictionary => new ListValue([.. dictionary.Entries.Select(Attributes.Pair)]),
                    _ => throw arguments.Fault($"needs a mapping, but got {Values.Describe(value)}"),
                };
            case "dictsort":
                return DictionarySort(value, arguments);
            default:
                break;
        }

        if (!Exists(name))
        {
            throw TemplateErrors.Unsupported(arguments.Position, $"the filter '{name}'");
        }

        // These take whatever counts as false, none included, for an empty sequence.
        var takesNothing = (name is "map" or "select" or "reject" or "selectattr" or "rejectattr") && !Values.IsTrue(value);
        var items = takesNothing ? [] : arguments.Renderer.Iterate(value, arguments.Position);
        return name switch
        {
            "list" => new ListValue(items),
            "first" => items.Count > 0 ? items[0] : Undefined.Of("there is no first item"),
            "last" => items.Count > 0 ? items[^1] : Undefined.Of("there is no last item"),
            "join" => Join(items, arguments),
            "reverse" => value is string text ? string.Concat(Sequences.CharactersOf(text).Reverse()) : new ListValue([.. items.Reverse()]),
            "map" => Map(items, arguments),
            "select" or "reject" => new ListValue([.. items.Where(item => Passes(item, 0, arguments) == (name == "select"))]),
            "selectattr" or "rejectattr" => new ListValue(
                [.. items.Where(item => Passes(Part(item, arguments.Required(0, "attribute"), arguments), 1, arguments) == (name == "selectattr"))]),
            "unique" => Unique(items, arguments),
            "sort" => Sort(items, arguments),
            "sum" => Sum(items, arguments),
            "min" or "max" => Extreme(items, name == "max", arguments),
            "batch" => Batch(items, arguments),
            "slice" => SliceInto(items, arguments),
            _ => GroupBy(items, arguments),
        };
    }

    // An attribute by path: 'a.b' and whole numbers reach into the parts.
    private static object? Part(object? item, object? path, CallArguments arguments)
    {
        if (path is long place)
        {
            return Attributes.TryItem(item, place, out var found) ? found : Undefined.Of($"there is no item {place}");
        }

        foreach (var name in (path as string ?? throw arguments.Fault("needs the name of an attribute")).Split('.'))
        {
            object? key = long.TryParse(name, out var number) ? number : name;
            item = Attributes.TryItem(item, key, out var found) ? found : Undefined.Of($"there is no '{name}'");
        }

        return item;
    }

    private static bool Passes(object? item, int testPlace, CallArguments arguments)
    {
        if (arguments.Positional.Count <= testPlace)
        {
            return Values.IsTrue(item);
        }

        arguments.Renderer.Budget.Step(arguments.Position);
        return Tests.Apply(
            arguments.Text(testPlace, "test"),
            item,
            new CallArguments(arguments.Renderer, arguments.Position, arguments.Name, [.. arguments.Positional.Skip(testPlace + 1)], arguments.Named));
    }

    private static ListValue Map(IReadOnlyList<object?> items, CallArguments arguments)
    {
        if (arguments.Positional.Count == 0)
        {
            var path = arguments.Required(int.MaxValue, "attribute");
            var hasDefault = arguments.TryGet(int.MaxValue, "default", out var otherwise);
            return new ListValue([.. items.Select(item => Part(item, path, arguments) is var part && part is Undefined && hasDefault ? otherwise : part)]);
        }

        var filter = arguments.Text(0, "filter");
        var rest = new CallArguments(arguments.Renderer, arguments.Position, filter, [.. arguments.Positional.Skip(1)], arguments.Named);
        var mapped = new List<object?>(items.Count);
        foreach (var item in items)
        {
            arguments.Renderer.Budget.Step(arguments.Position);
            mapped.Add(Apply(filter, item, rest));
            arguments.Renderer.Budget.ChargeText(arguments.Position, mapped[^1] is string text ? text.Length : 0);
        }

        return new ListValue(mapped);
    }

    private static string Join(IReadOnlyList<object?> items, CallArguments arguments)
    {
        var separator = arguments.TryGet(0, "d", out var given) ? Values.ToText(given) : "";
        var hasAttribute = arguments.TryGet(1, "attribute", out var path) && path is not null;
        var parts = new string[items.Count];
        for (var i = 0; i < parts.Length; i++)
        {
            parts[i] = Values.ToText(hasAttribute ? Part(items[i], path, arguments) : items[i]);
            arguments.Renderer.Budget.ChargeText(arguments.Position, parts[i].Length + separator.Length);
        }

        return string.Join(separator, parts);
    }

    private static ListValue Unique(IReadOnlyList<object?> items, CallArguments arguments)
    {
        var key = KeyOf(arguments, 0, 1);
        var seen = new DictionaryValue();
        var unique = new List<object?>();
        foreach (var item in items)
        {
            var value = key(item);
            arguments.Renderer.Budget.Charge(arguments.Position, value is string or long or bool or double ? 1 : seen.Count);
            if (!seen.TryGet(value, out _))
            {
                seen.Set(value, true);
                unique.Add(item);
            }
        }

        return new ListValue(unique);
    }

    // The value by which items are compared: an attribute, in lower case unless case counts.
    private static Func<object?, object?> KeyOf(CallArguments arguments, int casePlace, int attributePlace)
    {
        var caseCounts = arguments.Flag(casePlace, "case_sensitive", false);
        var hasAttribute = arguments.TryGet(attributePlace, "attribute", out var path) && path is not null;
        return item =>
        {
            var value = hasAttribute ? Part(item, path, arguments) : item;
            return value is string text && !caseCounts ? text.ToLowerInvariant() : value;
        };
    }

    private static ListValue Sort(IReadOnlyList<object?> items, CallArguments arguments)
    {
        var key = KeyOf(arguments, 1, 2);
        var sorted = Sorted(items, key, arguments);
        return new ListValue(arguments.Flag(0, "reverse", false) ? [.. Sorted([.. items.Reverse()], key, arguments).AsEnumerable().Reverse()] : sorted);
    }

    private static List<object?> Sorted(IReadOnlyList<object?> items, Func<object?, object?> key, CallArguments arguments)
    {
        arguments.Renderer.Budget.Charge(arguments.Position, items.Count * 4L);
        var keys = items.Select(key).ToArray();
        for (var i = 1; i < keys.Length; i++)
        {
            _ = Order(keys[i - 1], keys[i], arguments);
        }

        var order = Enumerable.Range(0, items.Count).Order(Comparer<int>.Create((a, b) => Order(keys[a], keys[b], arguments) is var by && by != 0 ? by : a.CompareTo(b)));
        return [.. order.Select(place => items[place])];
    }

    private static int Order(object? left, object? right, CallArguments arguments) => Comparisons.Compare(left, right)
        ?? throw arguments.Fault($"orders {Values.Describe(left)} and {Values.Describe(right)}");

    private static ListValue DictionarySort(object? value, CallArguments arguments)
    {
        if (value is not DictionaryValue dictionary)
        {
            throw arguments.Fault($"needs a mapping, but got {Values.Describe(value)}");
        }

        var place = arguments.Text(1, "by", "key") switch { "key" => 0, "value" => 1, _ => throw arguments.Fault("sorts by key or value") };
        var caseCounts = arguments.Flag(0, "case_sensitive", false);
        var sorted = Sorted([.. dictionary.Entries.Select(Attributes.Pair)], Key, arguments);
        return new ListValue(arguments.Flag(2, "reverse", false) ? [.. sorted.AsEnumerable().Reverse()] : sorted);

        object? Key(object? pair) => ((ListValue)pair!).Items[place] is var part && part is string text && !caseCounts ? text.ToLowerInvariant() : part; // Pairs were made just above.
    }

    private static object? Sum(IReadOnlyList<object?> items, CallArguments arguments)
    {
        var hasAttribute = arguments.TryGet(0, "attribute", out var path) && path is not null;
        var total = arguments.TryGet(1, "start", out var start) ? start : 0L;
        foreach (var item in items)
        {
            total = Arithmetic.Apply("+", total, hasAttribute ? Part(item, path, arguments) : item, arguments.Position, arguments.Renderer.Budget);
        }

        return total;
    }

    private static object? Extreme(IReadOnlyList<object?> items, bool isMaximum, CallArguments arguments)
    {
        var key = KeyOf(arguments, 0, 1);
        object? best = Undefined.Of("an empty sequence has no extreme");
        for (var i = 0; i < items.Count; i++)
        {
            best = i == 0 || (isMaximum ? Order(key(items[i]), key(best), arguments) > 0 : Order(key(items[i]), key(best), arguments) < 0) ? items[i] : best;
        }

        return best;
    }

    private static ListValue Batch(IReadOnlyList<object?> items, CallArguments arguments)
    {
        var size = arguments.Integer(0, "linecount", 0);
        if (size < 1 || size > int.MaxValue)
        {
            throw arguments.Fault("needs batches of one item or more");
        }

        var batches = items.Chunk((int)size).Select(batch => batch.ToList()).ToList();
        if (batches.Count > 0 && arguments.TryGet(1, "fill_with", out var filler) && filler is not null)
        {
            arguments.Renderer.Budget.Charge(arguments.Position, size);
            batches[^1].AddRange(Enumerable.Repeat(filler, (int)size - batches[^1].Count));
        }

        return new ListValue([.. batches.Select(batch => new ListValue(batch))]);
    }

    private static ListValue SliceInto(IReadOnlyList<object?> items, CallArguments arguments)
    {
        var count = arguments.Integer(0, "slices", 0);
        if (count < 1 || count > 100_000)
        {
            throw arguments.Fault("needs 1 to 100,000 slices");
        }

        var slices = new List<object?>();
        var at = 0;
        for (var i = 0; i < count; i++)
        {
            var size = (items.Count / (int)count) + (i < items.Count % (int)count ? 1 : 0);
            slices.Add(new ListValue([.. items.Skip(at).Take(size)]));
            at += size;
        }

        return new ListValue(slices);
    }

    private static ListValue GroupBy(IReadOnlyList<object?> items, CallArguments arguments)
    {
        var path = arguments.Required(0, "attribute");
        var groups = new List<(object? Key, List<object?> Items)>();
        foreach (var item in Sorted(items, item => Part(item, path, arguments), arguments))
        {
            var key = Part(item, path, arguments);
            if (groups.Count == 0 || !Comparisons.AreEqual(groups[^1].Key, key))
            {
                groups.Add((key, []));
            }

            groups[^1].Items.Add(item);
        }

        return new ListValue([.. groups.Select(group => new ListValue([group.Key, new ListValue(group.Items)], isTuple: true))]);
    }
}
