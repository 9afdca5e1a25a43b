using Gyre.Contracts;
using Gyre.Evaluation;

namespace Gyre.Training.Corpus;

/// <summary>
/// What the sample shop StyleSprint wrote down about its products and stores, with customers' questions that stand alone:
/// whoever answers them has to look them up. Held out from training, if not made for it; a function of seed and sizes.
/// </summary>
public sealed class ShopNotes
{
    /// <summary>The fact of a row with the id of the note that answers it.</summary>
    public const string NoteFact = "note";

    private const int MostAttempts = 200;
    private readonly IReadOnlyList<Thing> _things;
    private readonly SeededRandom _root;
    private readonly Split _split;

    /// <summary>Writes notes that are held out from training.</summary>
    /// <param name="seed">Any number; equal seeds give equal bytes.</param>
    /// <param name="count">Products and stores with a note, 1 or more; every third is a store. No two have the same name.</param>
    /// <exception cref="TrainingException">TRN0201: there are not that many different names.</exception>
    public ShopNotes(ulong seed, int count)
        : this(seed, count, Split.HeldOut)
    {
    }

    /// <summary>Writes notes with the things and wordings of a split.</summary>
    internal ShopNotes(ulong seed, int count, Split split)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        (Seed, _root, _split) = (seed, new SeededRandom(seed).Fork("notes"), split);
        _things = Draw(count);
        Notes = [.. _things.Select((thing, index) => (thing.Subject, thing.WriteNote(_root.Fork($"note/{index}"), _split, out _)))];
    }

    /// <summary>The seed.</summary>
    public ulong Seed { get; }

    /// <summary>The products and stores, one a note.</summary>
    internal IReadOnlyList<Thing> Things => _things;

    /// <summary>The notes: id and text.</summary>
    public IReadOnlyList<(string Id, string Text)> Notes { get; }

    /// <summary>Questions, first those that a note answers, of the tasks <see cref="ShopTasks.Answer"/> and <see cref="ShopTasks.Unanswerable"/>; no two are equal.</summary>
    /// <param name="answerable">Questions that a note answers.</param>
    /// <param name="unanswerable">Questions about a thing with a note that does not say what is asked.</param>
    /// <param name="wordings">Other wordings of each question, in its facts (<see cref="ParaphraseFacts"/>), 0 to 3.</param>
    /// <exception cref="TrainingException">TRN0201: so few things cannot be asked so many different questions.</exception>
    public IReadOnlyList<DatasetRow> Questions(int answerable, int unanswerable, int wordings = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(answerable);
        ArgumentOutOfRangeException.ThrowIfNegative(unanswerable);
        ArgumentOutOfRangeException.ThrowIfNegative(wordings);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(wordings, 3);
        var seen = new HashSet<(string Subject, string Kind)>();
        return [.. Ask(answerable, true, wordings, seen), .. Ask(unanswerable, false, wordings, seen)];
    }

    /// <summary>The wordings of a split that ask for a kind of fact and name the thing, so that it can be looked up.</summary>
    internal static string[] Askings(FactKind kind, Split split) =>
        [.. ContextWordings.General.Of(split), .. kind.Questions.Of(split).Where(template => template.Contains("{it}", StringComparison.Ordinal))];

    /// <summary>A question in one of <see cref="Askings"/>.</summary>
    internal static string Ask(Thing thing, FactKind kind, string asking) => Thing.Capital(asking
        .Replace("{label}", kind.Label, StringComparison.Ordinal)
        .Replace("{it}", Thing.Fill(thing.World.Referents[0], thing.Name), StringComparison.Ordinal));

    private List<Thing> Draw(int count)
    {
        var things = new List<Thing>(count);
        var names = new HashSet<string>(StringComparer.Ordinal);
        for (var attempt = 0; things.Count < count; attempt++)
        {
            if (attempt > 100 + (MostAttempts * count))
            {
                throw new TrainingException("TRN0201", $"Drawing the shop's notes failed: found {things.Count} different names, {count} were asked for. Ask for fewer.");
            }

            var random = _root.Fork($"thing/{attempt}");
            var world = things.Count % 3 == 2 ? StoreFacts.Stores : TradeFacts.Products;
            var thing = world.Draw(random, _split, random.NextInt32(4, 8));
            if (names.Add(thing.Name))
            {
                things.Add(thing);
            }
        }

        return things;
    }

    private List<DatasetRow> Ask(int count, bool isAnswerable, int wordings, HashSet<(string Subject, string Kind)> seen)
    {
        var task = isAnswerable ? ShopTasks.Answer : ShopTasks.Unanswerable;
        var rows = new List<DatasetRow>(count);
        for (var attempt = 0; rows.Count < count; attempt++)
        {
            if (attempt > 100 + (MostAttempts * count))
            {
                throw new TrainingException("TRN0201", $"Drawing the shop's questions failed: {_things.Count} notes gave {rows.Count} different questions of the task '{task}', {count} were asked for. Ask for fewer, or write more notes.");
            }

            var random = _root.Fork($"{task}/{attempt}");
            var thing = random.Pick(_things);
            var fact = isAnswerable ? thing.Facts[random.NextInt32(1, thing.Facts.Count)] : default;
            var kind = isAnswerable ? fact.Kind : thing.Absent.Count > 0 ? random.Pick(thing.Absent) : null;
            if (kind is not null && seen.Add((thing.Subject, kind.Key)))
            {
                rows.Add(Row(random, thing, kind, isAnswerable ? fact.Value : random.Pick(ContextWordings.Declines), $"notes-{Seed}-{task}-{rows.Count + 1:0000}", task, wordings));
            }
        }

        return rows;
    }

    private DatasetRow Row(SeededRandom random, Thing thing, FactKind kind, string reference, string id, string task, int wordings)
    {
        var templates = Askings(kind, _split);
        random.Shuffle<string>(templates);
        var facts = thing.Facts.ToDictionary(fact => FactKeys.ContextPrefix + fact.Kind.Key, fact => fact.Value, StringComparer.Ordinal);
        facts[NoteFact] = thing.Subject;
        for (var number = 1; number <= wordings; number++)
        {
            facts[ParaphraseFacts.Key(number)] = Ask(thing, kind, templates[number]);
        }

        return new DatasetRow(id, task, Ask(thing, kind, templates[0]), reference, facts, $"notes.{thing.World.Name}", thing.Subject);
    }
}
