using Gyre.Contracts;

namespace Gyre.Training.Corpus;

/// <summary>A kind of thing the shop knows facts about: a product, a store's rules, a customer's order.</summary>
internal sealed class World
{
    /// <summary>The name used in families and subjects.</summary>
    public required string Name { get; init; }

    /// <summary>The kind of fact that names the thing.</summary>
    public required FactKind Subject { get; init; }

    /// <summary>The other kinds of fact.</summary>
    public required FactKind[] Kinds { get; init; }

    /// <summary>Opening sentences of a note, with <c>{v}</c> for the name.</summary>
    public required Wordings Openers { get; init; }

    /// <summary>How a question calls the thing; <c>{v}</c> is its name.</summary>
    public required string[] Referents { get; init; }

    /// <summary>Kinds that this thing cannot have, for example sleeves of a skirt.</summary>
    public Func<string, FactKind, bool> Allows { get; init; } = static (_, _) => true;

    /// <summary>Draws a thing with facts of the given number of kinds, the name first, the others in random order.</summary>
    /// <param name="random">The source of chance.</param>
    /// <param name="split">The split that must own its name, its values and their combination.</param>
    /// <param name="kinds">How many kinds of fact are given beside the name and the required ones.</param>
    /// <param name="required">Kinds that are always given.</param>
    public Thing Draw(SeededRandom random, Split split, int kinds, params FactKind[] required)
    {
        while (true)
        {
            var name = Subject.Values.Draw(random, split);
            var allowed = Kinds.Where(kind => Allows(name, kind) && !required.Contains(kind)).ToArray();
            random.Shuffle<FactKind>(allowed);
            var count = Math.Min(kinds, allowed.Length);
            FactKind[] given = [.. required, .. allowed[..count]];
            random.Shuffle<FactKind>(given);
            var facts = new List<Fact>(given.Length + 1) { new(Subject, name) };
            facts.AddRange(given.Select(kind => new Fact(kind, kind.Values.Draw(random, split))));

            // The combination of values has an owner too, so that no held-out product returns under another name.
            if (SplitRule.Of(Name, Combination(facts)) == split)
            {
                return new Thing(this, facts, allowed[count..]);
            }
        }
    }

    private static string Combination(List<Fact> facts) =>
        string.Join('|', facts.Skip(1).Select(fact => $"{fact.Kind.Key}={fact.Value}").Order(StringComparer.Ordinal));
}
