using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Gyre.Contracts;

namespace Gyre.Training.Tests.Encoders;

/// <summary>A small world of facts: passages, questions about them, and a base encoder trained on them for a few steps.</summary>
internal sealed class EncoderBench : IDisposable
{
    private static readonly string[] People = ["Ada", "Boris", "Clara", "Dmitri", "Elsa", "Fritz", "Greta", "Hugo", "Ines", "Jonas"];
    private static readonly string[] Towns = ["Rome", "Paris", "Vienna", "Oslo", "Madrid", "Prague", "Lisbon", "Dublin"];
    private static readonly string[] Goods = ["silk", "salt", "wool", "wine", "iron", "glass", "paper", "honey"];
    private static readonly string[] Verbs = ["carries", "sells", "buys", "paints"];

    public const string Encoder =
        """
        kind: encoder
        name: encoder
        threads: 2
        model: {hidden_size: 48, layers: 2, heads: 4, ffn_size: 96, context: 96, init_deviation: 0.08, matching: 4}
        tokenizer: {vocabulary: 160}
        corpus: {texts: [facts.txt]}
        batch: {rows: 8}
        schedule: {steps: 40, peak: 0.003, warmup: 5}
        evaluation: {every: 20, rows: 20}
        checkpoint: {every: 500}
        samples: {every: 40, prompts: ["ada [MASK] silk in rome."]}
        """;

    public EncoderBench()
    {
        File.WriteAllText(Folder.In("facts.txt"), string.Join("\n\n", Enumerable.Range(0, 200).Select(i => Passage(new SeededRandom((ulong)i)).Text)));
        File.WriteAllText(Folder.In("questions.json"), Questions(30, 6));
    }

    public TemporaryFolder Folder { get; } = new();

    public string Weights(string run) => Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(Folder.In(run, "model", "model.safetensors"))));

    public string Changed(string text, params string[] changes)
    {
        for (var i = 0; i < changes.Length; i += 2)
        {
            text.ShouldContain(changes[i]);
            text = text.Replace(changes[i], changes[i + 1], StringComparison.Ordinal);
        }

        return text;
    }

    public void Dispose() => Folder.Dispose();

    /// <summary>Articles of two passages each, in SQuAD's form.</summary>
    private static string Questions(int articles, int questionsOfPassage)
    {
        var data = Enumerable.Range(0, articles).Select(article => new
        {
            title = $"article {article}",
            paragraphs = Enumerable.Range(0, 2).Select(paragraph =>
            {
                var random = new SeededRandom((ulong)(1000 + (10 * article) + paragraph));
                var (text, facts) = Passage(random);
                return new
                {
                    context = text,
                    qas = Enumerable.Range(0, Math.Min(questionsOfPassage, facts.Count)).Select(i => new
                    {
                        id = $"{article}-{paragraph}-{i}",
                        question = $"where does {facts[i].Person} {facts[i].Verb[..^1]} {facts[i].Good}?",
                        answers = new[] { new { text = facts[i].Town, answer_start = facts[i].Start } },
                    }),
                };
            }),
        });
        return JsonSerializer.Serialize(new { version = "1.1", data });
    }

    private static (string Text, List<(string Person, string Verb, string Good, string Town, int Start)> Facts) Passage(SeededRandom random)
    {
        var (text, facts) = (new StringBuilder(), new List<(string, string, string, string, int)>());
        var people = People.ToArray();
        random.Shuffle(people.AsSpan());
        foreach (var person in people.Take(4))
        {
            var (verb, good, town) = (Verbs[random.NextInt32(Verbs.Length)], Goods[random.NextInt32(Goods.Length)], Towns[random.NextInt32(Towns.Length)]);
            text.Append(text.Length == 0 ? "" : " ").Append($"{person} {verb} {good} in ");
            facts.Add((person, verb, good, town, text.Length));
            text.Append(town).Append('.');
        }

        return (text.ToString(), facts);
    }
}
