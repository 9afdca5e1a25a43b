using Gyre.Contracts;

namespace Gyre.Training.Corpus;

/// <summary>
/// Where the values of one kind of fact come from, parted into values that training may show and values it never does.
/// </summary>
/// <remarks>
/// Only compound values are withheld ("dusty teal"), and every word of them occurs in other values, so a withheld value
/// is a new combination of known words. A held-out draw is a withheld value half of the time.
/// </remarks>
internal sealed class ValuePool
{
    private readonly Func<SeededRandom, Split, string> _draw;

    private ValuePool(Func<SeededRandom, Split, string> draw) => _draw = draw;

    /// <summary>All combinations of the given lists of words, joined by spaces; empty words are left out.</summary>
    public static ValuePool Combine(string kind, params string[][] words)
    {
        IEnumerable<string> all = [""];
        foreach (var list in words)
        {
            all = all.SelectMany(start => list.Select(word => word.Length == 0 ? start : start.Length == 0 ? word : $"{start} {word}")).ToArray();
        }

        var values = all.Distinct(StringComparer.Ordinal).ToArray();
        var train = values.Where(value => Owner(kind, value) == Split.Train).ToArray();
        var withheld = values.Except(train, StringComparer.Ordinal).ToArray();
        return new ValuePool((random, split) =>
            random.Pick(split == Split.HeldOut && withheld.Length > 0 && random.NextInt32(2) == 0 ? withheld : train));
    }

    /// <summary>Values made by a function of chance, for example prices; it must know at least a few dozen.</summary>
    public static ValuePool From(string kind, Func<SeededRandom, string> draw) => new((random, split) =>
    {
        var wanted = split == Split.HeldOut && random.NextInt32(2) == 0 ? Split.HeldOut : Split.Train;
        for (var attempt = 0; ; attempt++)
        {
            // A small pool may withhold nothing; after enough tries any value that training shows will do.
            var value = draw(random);
            var owner = Owner(kind, value);
            if (owner == wanted || (attempt >= 100 && owner == Split.Train))
            {
                return value;
            }
        }
    });

    /// <summary>Values that keep the split themselves, for example names built from made-up words.</summary>
    public static ValuePool FromSplit(Func<SeededRandom, Split, string> draw) => new(draw);

    /// <summary>Draws a value that the split may show.</summary>
    public string Draw(SeededRandom random, Split split) => _draw(random, split);

    private static Split Owner(string kind, string value) => value.Contains(' ') ? SplitRule.Of(kind, value) : Split.Train;
}
