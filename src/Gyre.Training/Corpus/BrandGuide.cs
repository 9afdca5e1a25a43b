using Gyre.Contracts;
using Gyre.Evaluation;

namespace Gyre.Training.Corpus;

/// <summary>
/// The sample shop's brand guide: how StyleSprint itself describes a product, as rules that a program can check, with
/// descriptions that keep them and such that break one. The default model was never shown it.
/// </summary>
/// <remarks>
/// The rules: the text opens with "StyleSprint presents the", closes with "Wear it your way.", has neither exclamation nor
/// question marks, and mentions every attribute. Held-out rows have other products and wordings than rows for training.
/// A function of the seed; safe for several threads.
/// </remarks>
public sealed class BrandGuide
{
    /// <summary>The task's name in rows and reports.</summary>
    public const string Task = "brand";

    private const string Name = "StyleSprint";
    private const string Opening = "StyleSprint presents the";
    private const string Closing = "Wear it your way.";

    private static readonly DescribeTask.Tone Voice = new(Name, [Opening + " {v}."], ["It", "This piece", "It also"], [Closing]);

    private static readonly (string Rule, DescribeTask.Tone Tone)[] Breaks =
    [
        ("opening", Voice with { Openings = ["Say hello to the {v}.", "Here is the {v} for you.", "Discover the {v}."] }),
        ("closing", Voice with { Closings = ["You will love it.", "A timeless choice.", ""] }),
        ("exclamation", Voice with { Closings = ["Wear it your way!"] }),
        ("exclamation", Voice with { Openings = [Opening + " {v}!"] }),
        ("question", Voice with { Openings = ["Have you seen the {v}?"] }),
    ];

    private readonly SeededRandom _root;

    /// <summary>Draws from a seed.</summary>
    /// <param name="seed">Any number; equal seeds give equal bytes.</param>
    public BrandGuide(ulong seed) => (Seed, _root) = (seed, new SeededRandom(seed).Fork("brand"));

    /// <summary>The seed.</summary>
    public ulong Seed { get; }

    /// <summary>A request with the description that keeps every rule.</summary>
    /// <param name="split">Whose products and wordings.</param>
    /// <param name="index">0 or more.</param>
    /// <returns>A row whose facts are the rules (<see cref="FactKeys.RulePrefix"/>) and the attributes.</returns>
    public DatasetRow Row(Split split, long index) => Draw(split, index, out _, out _);

    /// <summary>The same request with a second description that breaks one rule.</summary>
    /// <param name="split">Whose products and wordings.</param>
    /// <param name="index">0 or more.</param>
    /// <returns>The row, the description that breaks a rule, and the rule's name.</returns>
    public (DatasetRow Row, string Rejected, string Broken) Pair(Split split, long index)
    {
        var row = Draw(split, index, out var random, out var thing);
        if (thing.Facts.Count > 2 && random.NextInt32(Breaks.Length + 1) == 0)
        {
            return (row, DescribeTask.Write(random, thing with { Facts = [.. thing.Facts.Take(thing.Facts.Count - 1)] }, Voice), "attributes");
        }

        var (rule, tone) = random.Pick(Breaks);
        return (row, DescribeTask.Write(random, thing, tone), rule);
    }

    private DatasetRow Draw(Split split, long index, out SeededRandom random, out Thing thing)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        var side = split == Split.Train ? "train" : "held-out";
        random = _root.Fork($"{side}/{index}");
        (var request, thing) = DescribeTask.DrawRequest(random, split, Name);
        var facts = new Dictionary<string, string>(request.Facts, StringComparer.Ordinal)
        {
            [FactKeys.RulePrefix + "begins"] = Opening,
            [FactKeys.RulePrefix + "ends"] = Closing,
            [FactKeys.RulePrefix + "lacks.exclamation"] = "!",
            [FactKeys.RulePrefix + "lacks.question"] = "?",
        };
        return new DatasetRow($"brand-{Seed}-{side}-{index + 1:0000}", Task, request.Prompt, DescribeTask.Write(random, thing, Voice), facts, request.Family, request.Subject);
    }
}
