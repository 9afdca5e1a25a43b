using Gyre.Contracts;

namespace Gyre.Training.Corpus;

/// <summary>A customer's review in, one of three labels out.</summary>
internal sealed class SentimentTask : IShopTask
{
    private static readonly string[] Labels = ["positive", "negative", "neutral"];

    private static readonly Wordings Requests = new("sentiment",
        [
            "Is this review positive, negative or neutral?\n\n{c}", "{c}\n\nIs the review positive, negative or neutral?", "Sentiment of this review: {c}",
            "What is the sentiment of this review?\n\n{c}", "Review: {c}\nSentiment:", "Label the review as positive, negative or neutral.\n\n{c}",
            "Review:\n{c}\n\nWhat is the sentiment?", "Tell me the sentiment.\n\n{c}", "Positive, negative or neutral?\n{c}",
        ],
        [
            "Tell me the sentiment of this review.\n\n{c}", "Review:\n{c}\n\nIs the review positive, negative or neutral?", "What sentiment does this review have?\n\n{c}",
            "Label this review: positive, negative or neutral.\n\n{c}",
        ]);

    private static readonly Wordings Openers = new("review",
        ["I bought the {v} last week.", "My {v} arrived today.", "I have the {v} now.", "This is about the {v}.", "I ordered the {v}.", "A few words about the {v}.", "The {v} came on Monday."],
        ["I ordered the {v} last week.", "My {v} came today.", "A few words about my {v}."]);

    private static readonly string[] Aspects =
        ["fabric", "fit", "colour", "cut", "zip", "collar", "price", "delivery", "seam", "pattern", "size", "quality", "lining", "service", "finish", "design"];

    private static readonly Wordings[] Sentences =
    [
        new("good",
            ["The {a} is {w}.", "I love the {a}.", "I really like the {a}.", "The {a} makes me happy.", "What {x} {a}!", "I find the {a} {w}.", "I am very happy with the {a}.", "I would buy it again."],
            ["I really love the {a}.", "I like the {a} very much.", "I think the {a} is {w}.", "The {a} is really {w}."]),
        new("bad",
            ["The {a} is {w}.", "I hate the {a}.", "I really dislike the {a}.", "The {a} makes me sad.", "What {x} {a}!", "I find the {a} {w}.", "I am very unhappy with the {a}.", "I would never buy it again."],
            ["I really hate the {a}.", "I dislike the {a} very much.", "I think the {a} is {w}.", "The {a} is really {w}."]),
        new("plain",
            ["The {a} is {w}.", "The {a} is as described.", "I have no opinion on the {a}.", "The {a} is neither good nor bad.", "I find the {a} {w}.", "Nothing special about the {a}.", "I am still not sure about the {a}."],
            ["The {a} is neither nice nor bad.", "I think the {a} is {w}.", "Nothing special to say about the {a}."]),
    ];

    private static readonly string[][] Words =
    [
        ["wonderful", "perfect", "great", "lovely", "excellent", "beautiful", "very good", "superb", "delightful", "fantastic"],
        ["terrible", "awful", "poor", "ugly", "horrible", "disappointing", "very bad", "dreadful", "useless", "a mess"],
        ["okay", "average", "normal", "ordinary", "usual", "as expected", "standard", "acceptable"],
    ];

    /// <inheritdoc/>
    public string Name => ShopTasks.Sentiment;

    /// <inheritdoc/>
    public TaskSample Draw(SeededRandom random, Split split)
    {
        var product = ProductFacts.Name.Values.Draw(random, split);
        var label = random.NextInt32(3);
        var (opener, openerFamily) = Openers.Pick(random, split);
        var (request, requestFamily) = Requests.Pick(random, split);
        var review = Thing.Fill(opener, product);
        var aspects = Aspects.ToArray();
        random.Shuffle<string>(aspects);
        for (var i = random.NextInt32(1, 4); i > 0; i--)
        {
            var word = random.Pick(Words[label]);
            review += " " + random.Pick(Sentences[label].Of(split))
                .Replace("{a}", aspects[i], StringComparison.Ordinal)
                .Replace("{w}", word, StringComparison.Ordinal)
                .Replace("{x}", word.StartsWith("a ", StringComparison.Ordinal) ? "a bad" : (Thing.StartsWithVowel(word) ? "an " : "a ") + word, StringComparison.Ordinal);
        }

        return new TaskSample($"{requestFamily}+{openerFamily}", "product:" + product, request.Replace("{c}", review, StringComparison.Ordinal), Labels[label]);
    }
}
