using Gyre.Contracts;

namespace Gyre.Training.Corpus;

/// <summary>Unrelated pieces of text in, the same text or the piece beside a given key out.</summary>
/// <remarks>
/// Values stand beside keys they do not belong to and half of the pieces are made-up words or numbers, so nothing but
/// copying gives the answer. The other tasks need the same skill; here every token of the answer teaches it.
/// </remarks>
internal sealed class RepeatTask : IShopTask
{
    private static readonly FactKind[] Kinds =
        [.. TradeFacts.Products.Kinds, .. StoreFacts.Stores.Kinds, .. OrderFacts.Orders.Kinds];

    private static readonly string[] Joints = [" ", ", ", "; ", "\n", " / ", "\n- "];

    private static readonly string[] Signs = [": ", " = ", " - "];

    private static readonly Wordings Repeats = new("repeat",
        ["Repeat this text.\n\n{c}", "Repeat: {c}", "Copy this text.\n{c}", "{c}\n\nRepeat the text above.", "Write this again.\n\n{c}", "Please copy: {c}"],
        ["Please repeat this text.\n\n{c}", "Copy: {c}", "{c}\n\nPlease copy the text above."]);

    private static readonly Wordings Lookups = new("look-up",
        ["{c}\n\nWhat stands beside {k}?", "List:\n{c}\n\nGive me the entry of {k}.", "What is {k} in this list?\n\n{c}", "{c}\n\n{k}?", "Find {k}.\n{c}"],
        ["{c}\n\nGive me what stands beside {k}.", "List:\n{c}\n\nWhat is {k}?", "Find {k} in this list.\n\n{c}"]);

    /// <inheritdoc/>
    public string Name => ShopTasks.Repeat;

    /// <inheritdoc/>
    public TaskSample Draw(SeededRandom random, Split split)
    {
        string[] pieces;
        do
        {
            // Mostly short: what to copy is found first where there is little to choose from.
            var share = random.NextDouble();
            pieces = new string[1 + (int)(share * share * 11)];
            for (var i = 0; i < pieces.Length; i++)
            {
                pieces[i] = Piece(random, split);
            }
        }
        while (SplitRule.Of("list", Subject(pieces)) != split);

        return random.NextInt32(2) == 0 ? Repeat(random, split, pieces) : LookUp(random, split, pieces);
    }

    private static TaskSample Repeat(SeededRandom random, Split split, string[] pieces)
    {
        var text = string.Join(random.Pick(Joints), pieces);
        var (request, family) = Repeats.Pick(random, split);
        return new TaskSample(family, Subject(pieces), request.Replace("{c}", text, StringComparison.Ordinal), text);
    }

    private static TaskSample LookUp(SeededRandom random, Split split, string[] pieces)
    {
        var sign = random.Pick(Signs);
        var keys = new List<string>(pieces.Length);
        while (keys.Count < pieces.Length)
        {
            var key = random.NextInt32(2) == 0 ? Names.OpenWord(random, split) : random.Pick(Kinds).Key;
            if (!keys.Contains(key, StringComparer.Ordinal))
            {
                keys.Add(key);
            }
        }

        var list = string.Join(random.NextInt32(3) == 0 ? "; " : "\n", keys.Select((key, i) => key + sign + pieces[i]));
        var order = Enumerable.Range(0, pieces.Length).ToArray();
        random.Shuffle<int>(order);
        var (request, family) = Lookups.Pick(random, split);
        var prompt = request.Replace("{c}", list, StringComparison.Ordinal).Replace("{k}", keys[order[0]], StringComparison.Ordinal);
        return new TaskSample(family, Subject(pieces), prompt, pieces[order[0]])
        {
            FollowUps = split == Split.Train ? [.. order[1..random.NextInt32(1, Math.Min(6, order.Length) + 1)].Select(i => (keys[i] + "?", pieces[i]))] : [],
        };
    }

    private static string Piece(SeededRandom random, Split split) => random.NextInt32(4) switch
    {
        0 => Names.OpenWord(random, split),
        1 => string.Concat(Enumerable.Range(0, random.NextInt32(1, 7)).Select(_ => (char)('0' + random.NextInt32(10)))),
        _ => random.Pick(Kinds).Values.Draw(random, split),
    };

    private static string Subject(string[] pieces) => "list:" + string.Join('|', pieces);
}
