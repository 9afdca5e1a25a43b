using System.Text;
using Gyre.Contracts;
using Gyre.Evaluation;

namespace Gyre.Training.Corpus;

/// <summary>Attributes and a tone in, a description that mentions every attribute in the given order out.</summary>
internal sealed class DescribeTask : IShopTask
{
    private static readonly FactKind[] Describable = TradeFacts.Products.Kinds.Where(kind => kind.Phrases.Length > 0).ToArray();

    private static readonly World Catalogue = new()
    {
        Name = TradeFacts.Products.Name,
        Subject = TradeFacts.Products.Subject,
        Kinds = Describable,
        Openers = TradeFacts.Products.Openers,
        Referents = TradeFacts.Products.Referents,
        Allows = TradeFacts.Products.Allows,
    };

    private static readonly Wordings Requests = new("describe",
        [
            "Write {a} {v} product description.\n{c}", "Write {a} {v} description of this product.\n\n{c}", "Describe this product in {a} {v} tone.\n{c}",
            "{c}\n\nWrite {a} {v} product description.", "Please write {a} {v} text about this product.\n{c}", "Describe the product. Tone: {v}.\n{c}",
            "Write a product description.\nTone: {v}\n{c}", "We need {a} {v} description for our shop.\n{c}", "Please describe this product. The tone is {v}.\n\n{c}",
            "Make {a} {v} product text from these attributes:\n{c}", "Product:\n{c}\n\nWrite {a} {v} description.", "Attributes:\n{c}\n\nPlease describe the product in {a} {v} tone.",
            "Use these attributes for {a} {v} description.\n{c}", "Write about this product in {a} {v} tone.\n{c}", "{c}\nTone: {v}\nDescribe this product.",
            "Here is a product.\n{c}\n\nPlease write {a} {v} description of it.",
        ],
        [
            "Please write {a} {v} product description.\n{c}", "Please describe the product in {a} {v} tone.\n{c}", "Attributes:\n{c}\n\nWrite {a} {v} product text.",
            "We need {a} {v} product description from these attributes:\n{c}", "Here is a product.\n{c}\n\nDescribe it in {a} {v} tone.", "Write a description of this product.\nTone: {v}\n\n{c}",
        ]);

    private static readonly Wordings MentionRequests = new("describe-mention",
        [
            "Write {a} {v} product description for {c}.", "Describe {c} in {a} {v} tone.", "Please write {a} {v} text about {c}.", "I need {a} {v} description of {c}.",
            "Write a product description for {c}.", "Write {a} {v} description. The product is {c}.", "Please describe {c}.", "We sell {c}. Write {a} {v} description.",
        ],
        [
            "Please write {a} {v} description of {c}.", "Describe {c}. The tone is {v}.", "I need a product description for {c}.", "We sell {c}. Please describe it in {a} {v} tone.",
        ]);

    private static readonly Tone[] Tones =
    [
        new("friendly",
            ["Say hello to the {v}!", "Here is the {v} for you!", "We think you will like the {v}!"],
            ["It", "This piece", "It also"],
            ["You will love it.", "Try it on and feel at home.", "We are happy to send it to you."]),
        new("elegant",
            ["Discover the {v}.", "Please meet the refined {v}.", "The {v} is quiet luxury."],
            ["The piece", "This design", "It also"],
            ["Pure elegance for every day.", "A timeless choice.", "Grace was never so easy."]),
        new("sporty",
            ["Ready, set, go with the {v}!", "The {v} keeps up with you!", "Move freely in the {v}!"],
            ["It", "This active piece", "It also"],
            ["Now get moving!", "Made to move with you!", "Nothing will slow you down!"]),
        new("concise",
            ["The {v}.", "New: the {v}.", "In short: the {v}."],
            ["It", "It", "It also"],
            [""]),
        new("playful",
            ["Guess who is here: the {v}!", "Oh hello, {v}!", "Make room for the {v}!"],
            ["It", "This little star", "It also"],
            ["Are you ready to dance?", "Your mirror will smile.", "Fun is included!"]),
        new("luxurious",
            ["Treat yourself to the {v}.", "The {v} is a rare treasure.", "Enter the world of the {v}."],
            ["The piece", "This treasure", "It also"],
            ["You deserve the best.", "True luxury stays.", "Nothing less will do."]),
    ];

    /// <inheritdoc/>
    public string Name => ShopTasks.Describe;

    /// <inheritdoc/>
    public TaskSample Draw(SeededRandom random, Split split)
    {
        var tone = random.Pick(Tones);
        if (random.NextInt32(7) == 0)
        {
            return DrawMention(random, split, Catalogue.Draw(random, split, random.NextInt32(2, 5)), tone);
        }

        var thing = Catalogue.Draw(random, split, random.NextInt32(2, 7));
        var layout = Layout.Pick(random, split);
        var (request, family) = Requests.Pick(random, split);
        var prompt = Thing.Fill(request, tone.Name).Replace("{c}", layout.Write(thing.Facts), StringComparison.Ordinal);
        return new TaskSample($"{family}+{layout.Family}", thing.Subject, prompt, Write(random, thing, tone)) { Facts = Attributes(thing) };
    }

    /// <summary>A description in a random tone, as free text for other tasks.</summary>
    public static string WriteAny(SeededRandom random, Thing thing) => Write(random, thing, random.Pick(Tones));

    /// <summary>Draws a product whose facts all can be described.</summary>
    public static Thing DrawProduct(SeededRandom random, Split split, int kinds, params FactKind[] required) => Catalogue.Draw(random, split, kinds, required);

    /// <summary>Asks for a description of a product in a random tone.</summary>
    public static (string Prompt, string Family) Ask(SeededRandom random, Split split, Thing thing)
    {
        var layout = Layout.Pick(random, split);
        var (request, family) = Requests.Pick(random, split);
        return (Thing.Fill(request, random.Pick(Tones).Name).Replace("{c}", layout.Write(thing.Facts), StringComparison.Ordinal), $"{family}+{layout.Family}");
    }

    /// <summary>A product whose request names a tone that is not one of the generator's, with the facts that its description must mention.</summary>
    public static (TaskSample Request, Thing Thing) DrawRequest(SeededRandom random, Split split, string tone)
    {
        var thing = Catalogue.Draw(random, split, random.NextInt32(2, 6));
        var layout = Layout.Pick(random, split);
        var (request, family) = Requests.Pick(random, split);
        var prompt = Thing.Fill(request, tone).Replace("{c}", layout.Write(thing.Facts), StringComparison.Ordinal);
        return (new TaskSample($"{family}+{layout.Family}", thing.Subject, prompt, "") { Facts = Attributes(thing) }, thing);
    }

    private static TaskSample DrawMention(SeededRandom random, Split split, Thing product, Tone tone)
    {
        var mention = ProductMention.Write(random, split, product);
        var (request, family) = MentionRequests.Pick(random, split);
        var prompt = Thing.Fill(request, tone.Name).Replace("{c}", mention.Text, StringComparison.Ordinal);

        // A request that names no tone gets the shop's own.
        var written = request.Contains("{v}", StringComparison.Ordinal) ? tone : Tones[0];
        return new TaskSample($"{family}+{mention.Family}", $"product:{mention.Text}", prompt, Write(random, mention.Thing, written)) { Facts = Attributes(mention.Thing) };
    }

    /// <summary>What a description of a thing must mention, by the keys that scorers read.</summary>
    public static Dictionary<string, string> Attributes(Thing thing) =>
        thing.Facts.ToDictionary(fact => FactKeys.AttributePrefix + fact.Kind.Key, fact => fact.Value, StringComparer.Ordinal);

    internal static string Write(SeededRandom random, Thing thing, Tone tone)
    {
        var text = new StringBuilder(Thing.Fill(random.Pick(tone.Openings), thing.Name));
        var sentence = 0;
        for (var i = 1; i < thing.Facts.Count; sentence++)
        {
            var subject = tone.Subjects[sentence < 2 ? sentence : 2 * random.NextInt32(2)];
            var phrase = Phrase(random, thing.Facts[i++]);
            var verb = phrase[..(phrase.IndexOf(' ') + 1)];
            if (subject == "It also" && verb is ("is " or "was "))
            {
                (subject, phrase) = ($"It {verb}also", phrase[verb.Length..]);
            }

            text.Append(' ').Append(subject).Append(' ').Append(phrase);
            if (i < thing.Facts.Count && random.NextInt32(3) != 0)
            {
                text.Append(" and ").Append(Phrase(random, thing.Facts[i++]));
            }

            text.Append('.');
        }

        var closing = random.Pick(tone.Closings);
        return closing.Length == 0 ? text.ToString() : text.Append(' ').Append(closing).ToString();
    }

    private static string Phrase(SeededRandom random, Fact fact) => Thing.Fill(random.Pick(fact.Kind.Phrases), fact.Value);

    /// <summary>How a description opens, goes on and closes.</summary>
    internal sealed record Tone(string Name, string[] Openings, string[] Subjects, string[] Closings);
}
