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
        model: {hidden_size: 64, layers: 3, heads: 2, ffn_size: 128, context: 96, init_deviation: 0.08, matching: 6}
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
        File.WriteAllText(Folder.In("questions.json"), Questions(60));
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

    /// <summary>Articles of two passages each, in SQuAD's form; every fact is asked for in three ways.</summary>
    private static string Questions(int articles)
    {
        var data = Enumerable.Range(0, articles).Select(article => new
        {
            title = $"article {article}",
            paragraphs = Enumerable.Range(0, 2).Select(paragraph =>
            {
                var (text, questions) = Passage(new SeededRandom((ulong)(1000 + (10 * article) + paragraph)));
                return new
                {
                    context = text,
                    qas = questions.Select((item, i) => new
                    {
                        id = $"{article}-{paragraph}-{i}",
                        question = item.Question,
                        answers = new[] { new { text = item.Answer, answer_start = item.Start } },
                    }),
                };
            }),
        });
        return JsonSerializer.Serialize(new { version = "1.1", data });
    }

    private static (string Text, List<(string Question, string Answer, int Start)> Questions) Passage(SeededRandom random)
    {
        var (text, questions) = (new StringBuilder(), new List<(string, string, int)>());
        var people = People.ToArray();
        random.Shuffle(people.AsSpan());
        foreach (var person in people.Take(2))
        {
            var (verb, good, town) = (Verbs[random.NextInt32(Verbs.Length)], Goods[random.NextInt32(Goods.Length)], Towns[random.NextInt32(Towns.Length)]);
            var start = text.Append(text.Length == 0 ? "" : " ").Length;
            var goodStart = text.Append($"{person} {verb} ").Length;
            var townStart = text.Append($"{good} in ").Length;
            text.Append(town).Append('.');
            questions.Add(($"where does {person} {verb[..^1]} {good}?", town, townStart));
            questions.Add(($"what does {person} {verb[..^1]} in {town}?", good, goodStart));
            questions.Add(($"who {verb} {good} in {town}?", person, start));
        }

        return (text.ToString(), questions);
    }
}
