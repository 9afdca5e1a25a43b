namespace Gyre.Models.Templates.Jinja;

/// <content>Filters of sequences and mappings.</content>
internal static partial class Filters
{
    private static object? ApplyToSequence(string name, object? value, CallArguments arguments)
    {
        switch (name)
        {
            case "length" or "count":
                return Sequences.LengthOf(value, arguments.Budget) ?? throw arguments.Fault($"needs something with a length, but got {Values.Describe(value)}");
            case "items":
                return value switch
                {
                    Undefined => new ListValue([]),
                    DictionaryValue dictionary => Attributes.Items(dictionary, arguments.Budget),
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
            "reverse" => value is string ? string.Concat(items.Reverse()) : new ListValue([.. items.Reverse()]),
            "map" => Map(items, arguments),
            "select" or "reject" => Select(items, item => item, 0, name == "select", arguments),
            "selectattr" or "rejectattr" => items.Count == 0
                ? new ListValue([]) : Select(items, PartAt(arguments.Required(0, "attribute"), arguments), 1, name == "selectattr", arguments),
            "unique" => Unique(items, arguments),
            "sort" => Sort(items, arguments),
            "sum" => Sum(items, arguments),
            "min" or "max" => Extreme(items, name == "max", arguments),
            "batch" => Batch(items, arguments),
            "slice" => SliceInto(items, arguments),
            _ => GroupBy(items, arguments),
        };
    }

    // Reads an attribute by path: 'a.b' and whole numbers reach into the parts.
    private static Func<object?, object?> PartAt(object? path, CallArguments arguments)
    {
        object?[]? keys = null;
        return item =>
        {
            foreach (var key in keys ??= KeysOf(path, arguments))
            {
                arguments.Budget.Charge(1);
                item = Attributes.TryItem(item, key, arguments.Budget, out var found) ? found
                    : Undefined.Of(key is string name ? $"there is no '{TemplateErrors.Quote(name)}'" : $"there is no item {key}");
            }

            return item;
        };
    }

    private static object?[] KeysOf(object? path, CallArguments arguments)
    {
        if (path is long)
        {
            return [path];
        }

        var names = path as string ?? throw arguments.Fault("needs the name of an attribute");
        arguments.Budget.Charge(names.Length);
        return [.. names.Split('.').Select(name => long.TryParse(name, out var number) ? (object)number : name)];
    }

    // The items that pass a test, or fail it: the one that is named at a place, with what follows there as its arguments.
    private static ListValue Select(IReadOnlyList<object?> items, Func<object?, object?> part, int testPlace, bool passing, CallArguments arguments)
    {
        arguments.Budget.Charge(arguments.Positional.Count);
        var further = new CallArguments(arguments.Renderer, arguments.Position, arguments.Name, [.. arguments.Positional.Skip(testPlace + 1)], arguments.Named);
        var selected = new List<object?>();
        foreach (var item in items)
        {
            arguments.Budget.Charge(1);
            var value = part(item);
            var passes = arguments.Positional.Count <= testPlace ? Values.IsTrue(value) : Tests.Apply(arguments.Text(testPlace, "test"), value, further);
            if (passes == passing)
            {
                selected.Add(item);
            }
        }

        return new ListValue(selected);
    }

    private static ListValue Map(IReadOnlyList<object?> items, CallArguments arguments)
    {
        if (arguments.Positional.Count == 0)
        {
            var path = arguments.Required(int.MaxValue, "attribute");
            var hasDefault = arguments.TryGet(int.MaxValue, "default", out var otherwise);
            var part = PartAt(path, arguments);
            return new ListValue([.. items.Select(item => part(item) is var found && found is Undefined && hasDefault ? otherwise : found)]);
        }

        arguments.Budget.Charge(arguments.Positional.Count);
        var filter = arguments.Text(0, "filter");
        var rest = new CallArguments(arguments.Renderer, arguments.Position, filter, [.. arguments.Positional.Skip(1)], arguments.Named);
        var mapped = new List<object?>(items.Count);
        foreach (var item in items)
        {
            arguments.Budget.Charge(1);
            mapped.Add(Apply(filter, item, rest));
        }

        return new ListValue(mapped);
    }

    private static string Join(IReadOnlyList<object?> items, CallArguments arguments)
    {
        var separator = arguments.TryGet(0, "d", out var given) ? Values.ToText(given, arguments.Budget) : "";
        var part = OptionalPart(arguments, 1);
        var joined = new MeteredText(arguments.Budget);
        for (var i = 0; i < items.Count; i++)
        {
            joined.Append(i > 0 ? separator : "").Append(Values.ToText(part(items[i]), arguments.Budget));
        }

        return joined.ToString();
    }

    private static ListValue Unique(IReadOnlyList<object?> items, CallArguments arguments)
    {
        var key = KeyOf(arguments, 0, 1);
        var seen = new DictionaryValue(arguments.Budget);
        var unique = new List<object?>();
        foreach (var item in items)
        {
            var value = key(item);
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
        var part = OptionalPart(arguments, attributePlace);
        return item => part(item) is var value && value is string && !caseCounts ? TextOf(value, arguments).ToLowerInvariant() : value;
    }

    // What the argument 'attribute' names of an item; the item itself without one.
    private static Func<object?, object?> OptionalPart(CallArguments arguments, int place) =>
        arguments.TryGet(place, "attribute", out var path) && path is not null ? PartAt(path, arguments) : item => item;

    private static ListValue Sort(IReadOnlyList<object?> items, CallArguments arguments)
    {
        var key = KeyOf(arguments, 1, 2);
        var sorted = Sorted(items, key, arguments);
        return new ListValue(arguments.Flag(0, "reverse", false) ? [.. Sorted([.. items.Reverse()], key, arguments).AsEnumerable().Reverse()] : sorted);
    }

    // Merges ever longer runs. The sorts of .NET wrap the error of a comparison into one of their own, without a code.
    private static object?[] Sorted(IReadOnlyList<object?> items, Func<object?, object?> key, CallArguments arguments)
    {
        arguments.Budget.Charge(items.Count);
        var from = items.Select(item => (Key: key(item), Item: item)).ToArray();
        var to = new (object? Key, object? Item)[from.Length];
        for (var width = 1; width < from.Length; width *= 2)
        {
            for (var start = 0; start < from.Length; start += 2 * width)
            {
                Merge(from, to, start, Math.Min(start + width, from.Length), Math.Min(start + (2 * width), from.Length), arguments);
            }

            (from, to) = (to, from);
        }

        return Array.ConvertAll(from, pair => pair.Item);
    }

    private static void Merge(
        (object? Key, object? Item)[] from, (object? Key, object? Item)[] to, int start, int middle, int end, CallArguments arguments)
    {
        arguments.Budget.Charge(end - start);
        var (left, right) = (start, middle);
        for (var at = start; at < end; at++)
        {
            var takesLeft = left < middle && (right == end || Order(from[left].Key, from[right].Key, arguments) <= 0);
            to[at] = from[takesLeft ? left++ : right++];
        }
    }

    private static int Order(object? left, object? right, CallArguments arguments) => Comparisons.Compare(left, right, arguments.Budget)
        ?? throw arguments.Fault($"orders {Values.Describe(left)} and {Values.Describe(right)}");

    private static ListValue DictionarySort(object? value, CallArguments arguments)
    {
        if (value is not DictionaryValue dictionary)
        {
            throw arguments.Fault($"needs a mapping, but got {Values.Describe(value)}");
        }

        var place = arguments.Text(1, "by", "key") switch { "key" => 0, "value" => 1, _ => throw arguments.Fault("sorts by key or value") };
        var caseCounts = arguments.Flag(0, "case_sensitive", false);
        var sorted = Sorted(Attributes.Items(dictionary, arguments.Budget).Items, Key, arguments);
        return new ListValue(arguments.Flag(2, "reverse", false) ? [.. sorted.AsEnumerable().Reverse()] : sorted);

        object? Key(object? pair) => ((ListValue)pair!).Items[place] is var part && part is string && !caseCounts ? TextOf(part, arguments).ToLowerInvariant() : part; // Pairs were made just above.
    }

    private static object? Sum(IReadOnlyList<object?> items, CallArguments arguments)
    {
        var part = OptionalPart(arguments, 0);
        var total = arguments.TryGet(1, "start", out var start) ? start : 0L;
        foreach (var item in items)
        {
            total = Arithmetic.Apply("+", total, part(item), arguments.Position, arguments.Budget);
        }

        return total;
    }

    private static object? Extreme(IReadOnlyList<object?> items, bool isMaximum, CallArguments arguments)
    {
        var key = KeyOf(arguments, 0, 1);
        object? best = Undefined.Of("an empty sequence has no extreme");
        object? bestKey = null;
        for (var i = 0; i < items.Count; i++)
        {
            var itemKey = key(items[i]);
            var order = i == 0 ? 0 : Order(itemKey, bestKey, arguments);
            if (i == 0 || (isMaximum ? order > 0 : order < 0))
            {
                (best, bestKey) = (items[i], itemKey);
            }
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
            arguments.Budget.Charge(size);
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

        arguments.Budget.Charge(count);
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
        var part = PartAt(arguments.Required(0, "attribute"), arguments);
        var groups = new List<(object? Key, List<object?> Items)>();
        foreach (var item in Sorted(items, part, arguments))
        {
            var key = part(item);
            if (groups.Count == 0 || !Comparisons.AreEqual(groups[^1].Key, key, arguments.Budget))
            {
                groups.Add((key, []));
            }

            groups[^1].Items.Add(item);
        }

        return new ListValue([.. groups.Select(group => new ListValue([group.Key, new ListValue(group.Items)], isTuple: true))]);
    }
}
