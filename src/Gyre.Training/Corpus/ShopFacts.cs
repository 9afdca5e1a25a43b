using Gyre.Contracts;
using Gyre.Evaluation;

namespace Gyre.Training.Corpus;

/// <summary>
/// The facts of one fixed sample shop, for a model that is to know them without reading anything: lessons that teach each fact in
/// several wordings, and questions that ask for it in wordings no lesson has. A function of seed and sizes.
/// </summary>
/// <remarks>
/// Products and stores are held out from the base's training, so nothing of it can be known before. What is not known is asked too:
/// <see cref="ShopTasks.Unanswerable"/> about a thing of the shop, of which the notes do not say what is asked (a third of these
/// pairs of thing and kind is in no lesson, and only that third is asked), and <see cref="UnknownThing"/> about a thing that the shop
/// does not have (no name of a lesson is asked about).
/// </remarks>
public sealed class ShopFacts
{
    /// <summary>The task of questions about products and stores that the shop does not have.</summary>
    public const string UnknownThing = "unknown-thing";

    /// <summary>The most other wordings of a question.</summary>
    public const int MostWordings = 3;

    private const int OneAskedIn = 3;
    private const int MostAttempts = 400;
    private readonly ShopNotes _notes;
    private readonly SeededRandom _root;

    /// <summary>Draws the shop.</summary>
    /// <param name="seed">Any number; equal seeds give equal bytes.</param>
    /// <param name="things">Products and stores, 1 or more; every third is a store. Each has four to seven facts.</param>
    /// <exception cref="TrainingException">TRN0201: there are not that many different names.</exception>
    public ShopFacts(ulong seed, int things)
    {
        _notes = new ShopNotes(seed, things);
        _root = new SeededRandom(seed).Fork("facts");
    }

    /// <summary>How many facts there are.</summary>
    public int Count => _notes.Things.Sum(thing => thing.Facts.Count - 1);

    /// <summary>The same facts as notes to read: id and text.</summary>
    public IReadOnlyList<(string Id, string Text)> Notes => _notes.Notes;

    /// <summary>Every fact asked once, then what the notes do not say, then things that the shop does not have; no lesson has these wordings.</summary>
    /// <param name="strangers">Questions about things that the shop does not have.</param>
    /// <param name="wordings">Other wordings of each question, in its facts (<see cref="ParaphraseFacts"/>), 0 to <see cref="MostWordings"/>.</param>
    /// <exception cref="TrainingException">TRN0201: there are not that many different names.</exception>
    public IReadOnlyList<DatasetRow> Questions(int strangers, int wordings = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(strangers);
        ArgumentOutOfRangeException.ThrowIfNegative(wordings);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(wordings, MostWordings);
        return
        [
            .. Known().Select(pair => Question(pair.Thing, pair.Fact.Kind, pair.Fact.Value, ShopTasks.Answer, wordings)),
            .. Unsaid(isAsked: true).Select(pair => Question(pair.Thing, pair.Kind, Decline(pair.Thing, pair.Kind), ShopTasks.Unanswerable, wordings)),
            .. Strangers(strangers, Split.HeldOut).Select(pair => Question(pair.Thing, pair.Kind, Decline(pair.Thing, pair.Kind), UnknownThing, wordings)),
        ];
    }

    /// <summary>What teaches the shop: each fact in several wordings, and declines for what nobody told.</summary>
    /// <param name="wordings">Wordings of each fact; as many as there are when that is fewer.</param>
    /// <param name="unsaidWordings">Wordings of each question that the notes do not answer.</param>
    /// <param name="strangers">Questions about things that the shop does not have, each about another one.</param>
    /// <exception cref="TrainingException">TRN0201: there are not that many different names.</exception>
    internal IEnumerable<DatasetRow> Lessons(int wordings, int unsaidWordings, int strangers)
    {
        foreach (var (thing, fact) in Known())
        {
            foreach (var row in Lesson(thing, fact.Kind, fact.Value, ShopTasks.Answer, wordings))
            {
                yield return row;
            }
        }

        foreach (var (thing, kind) in Unsaid(isAsked: false))
        {
            foreach (var row in Lesson(thing, kind, Decline(thing, kind), ShopTasks.Unanswerable, unsaidWordings))
            {
                yield return row;
            }
        }

        foreach (var (thing, kind) in Strangers(strangers, Split.Train))
        {
            foreach (var row in Lesson(thing, kind, Decline(thing, kind), UnknownThing, 1))
            {
                yield return row;
            }
        }
    }

    private IEnumerable<(Thing Thing, Fact Fact)> Known() => _notes.Things.SelectMany(thing => thing.Facts.Skip(1).Select(fact => (thing, fact)));

    private IEnumerable<(Thing Thing, FactKind Kind)> Unsaid(bool isAsked) => _notes.Things
        .SelectMany(thing => thing.Absent.Select(kind => (thing, kind)))
        .Where(pair => (_root.Fork($"unsaid/{pair.thing.Subject}/{pair.kind.Key}").NextInt32(OneAskedIn) == 0) == isAsked);

    /// <summary>Things with names of the shop's manner that it does not have; a name belongs to lessons or to questions by a fixed hash.</summary>
    private List<(Thing Thing, FactKind Kind)> Strangers(int count, Split owner)
    {
        var found = new List<(Thing, FactKind)>(count);
        var names = _notes.Things.Select(thing => thing.Name).ToHashSet(StringComparer.Ordinal);
        for (var attempt = 0; found.Count < count; attempt++)
        {
            if (attempt > 100 + (MostAttempts * count))
            {
                throw new TrainingException("TRN0201", $"Drawing things that the shop does not have failed: found {found.Count} different names, {count} were asked for. Ask for fewer.");
            }

            var random = _root.Fork($"stranger/{attempt}");
            var thing = (found.Count % 3 == 2 ? StoreFacts.Stores : TradeFacts.Products).Draw(random, Split.HeldOut, 4);
            if (SplitRule.Of("stranger", thing.Name) == owner && names.Add(thing.Name))
            {
                FactKind[] kinds = [.. thing.Facts.Skip(1).Select(fact => fact.Kind), .. thing.Absent];
                found.Add((new Thing(thing.World, [thing.Facts[0]], kinds), random.Pick(kinds)));
            }
        }

        return found;
    }

    private DatasetRow Question(Thing thing, FactKind kind, string reference, string task, int wordings)
    {
        var askings = ShopNotes.Askings(kind, Split.HeldOut);
        _root.Fork($"asking/{thing.Subject}/{kind.Key}").Shuffle<string>(askings);
        var facts = thing.Facts.ToDictionary(fact => FactKeys.ContextPrefix + fact.Kind.Key, fact => fact.Value, StringComparer.Ordinal);
        for (var number = 1; number <= wordings; number++)
        {
            facts[ParaphraseFacts.Key(number)] = ShopNotes.Ask(thing, kind, askings[number]);
        }

        return Row(thing, kind, ShopNotes.Ask(thing, kind, askings[0]), reference, task, "", facts);
    }

    private IEnumerable<DatasetRow> Lesson(Thing thing, FactKind kind, string reference, string task, int wordings)
    {
        var askings = ShopNotes.Askings(kind, Split.Train);
        _root.Fork($"lesson/{thing.Subject}/{kind.Key}").Shuffle<string>(askings);
        return askings.Take(wordings).Select((asking, index) => Row(thing, kind, ShopNotes.Ask(thing, kind, asking), reference, task, $"-{index + 1}", new Dictionary<string, string>(StringComparer.Ordinal)));
    }

    private DatasetRow Row(Thing thing, FactKind kind, string prompt, string reference, string task, string ending, IReadOnlyDictionary<string, string> facts) =>
        new($"facts-{_notes.Seed}-{task}-{thing.Name}-{kind.Key}{ending}".Replace(' ', '-'), task, prompt, reference, facts, $"facts.{thing.World.Name}", thing.Subject);

    private string Decline(Thing thing, FactKind kind) => _root.Fork($"decline/{thing.Subject}/{kind.Key}").Pick(ContextWordings.Declines);
}
