using System.Globalization;
using System.Text;
using System.Text.Json;
using Gyre.Benchmarks.Tensors;
using Gyre.Contracts;
using Gyre.Models.Tokenizers;
using Gyre.Models.Weights;

namespace Gyre.Benchmarks.Server;

/// <summary>
/// Verb <c>known-beginning</c>: milliseconds from sending a request to <c>gyre up</c> until the first token comes, in turn for a
/// prompt whose beginning is new and for one that shares it with the request before. As a table and, with <c>--json FILE</c>, as JSON.
/// </summary>
internal static class KnownBeginning
{
    private const int EndLength = 4;

    public static int Run(string[] args)
    {
        var options = VerbOptions.Parse(args, "gyre", "model", "beginnings", "rounds", "seed", "json", "out");
        var model = options.Text("model", "135M-Q8_0.gguf");
        var rounds = options.Numbers("rounds", "7")[0];
        var random = new SeededRandom((ulong)options.Numbers("seed", "1")[0]);
        using var gguf = GgufFile.Open(model);
        var tokenizer = TokenizerLoader.FromGguf(gguf.Metadata);
        var words = Words(tokenizer);
        var machine = Alternation.Machine();
        var rows = new List<Row>();
        var folder = Directory.CreateTempSubdirectory("gyre-bench-").FullName;
        try
        {
            using var server = CompletionServer.Gyre(options.Text("gyre", "artifacts/gyre/gyre"), model, folder);
            server.WaitUntilReady();
            foreach (var length in options.Numbers("beginnings", "64,256,512,960,1000"))
            {
                var (cold, warm) = (new List<double>(), new List<double>());
                for (var round = 0; round <= rounds; round++)
                {
                    var beginning = Draw(words, length, random);
                    var (first, second) = (First(server, beginning + Draw(words, EndLength, random)), First(server, beginning + Draw(words, EndLength, random)));
                    if (round > 0)
                    {
                        // The first round warms up.
                        cold.Add(first);
                        warm.Add(second);
                    }
                }

                rows.Add(new Row(Count(tokenizer, Draw(words, length, random)), cold, warm, Alternation.Median(cold.Zip(warm, (one, two) => one / two))));
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        Write(options, model, machine, rounds, rows);
        return 0;
    }

    private static void Write(VerbOptions options, string model, string machine, int rounds, List<Row> rows)
    {
        var table = new StringBuilder();
        table.AppendLine($"{Path.GetFileName(model)} through `gyre up`; milliseconds until the first token of a prompt of a beginning of random words and {EndLength} words of its own; {rounds} rounds in alternation (new beginning, the same beginning with another end), median (range).");
        table.AppendLine($"Machine: {machine}.").AppendLine();
        table.AppendLine("| beginning, tokens | new, ms | known, ms | ratio (median of rounds) |");
        table.AppendLine("|---|---|---|---|");
        foreach (var row in rows)
        {
            table.AppendLine(CultureInfo.InvariantCulture, $"| {row.Tokens} | {Alternation.Describe(row.New, "F1")} | {Alternation.Describe(row.Known, "F1")} | {row.Ratio:F1} |");
        }

        var load = Alternation.Load();
        table.AppendLine().AppendLine($"Load after: {load}.");
        options.Write(table.ToString());
        if (options.Text("json", "") is { Length: > 0 } path)
        {
            var report = new
            {
                model = Path.GetFileName(model), model_bytes = new FileInfo(model).Length, machine, load_after = load, rounds,
                rows = rows.Select(row => new { tokens = row.Tokens, new_ms = row.New, known_ms = row.Known, new_ms_median = Alternation.Median(row.New), known_ms_median = Alternation.Median(row.Known), ratio = row.Ratio }),
            };
            File.WriteAllText(path, JsonSerializer.Serialize(report));
        }
    }

    private static double First(CompletionServer server, string prompt) => server.StreamAsync(prompt, 1).GetAwaiter().GetResult().FirstToken;

    private static int Count(ITokenizer tokenizer, string text)
    {
        var ids = new List<int>();
        tokenizer.Encode(text, addSpecialTokens: true, parseSpecialTokens: false, ids);
        return ids.Count;
    }

    private static string Draw(string[] words, int count, SeededRandom random) => string.Concat(Enumerable.Range(0, count).Select(_ => words[random.NextInt32(words.Length)]));

    /// <summary>Words with a space before them that are one token each, also beside each other.</summary>
    private static string[] Words(ITokenizer tokenizer)
    {
        var words = Enumerable.Range(0, tokenizer.VocabularySize).Where(tokenizer.IsText).Select(tokenizer.GetToken)
            .Where(token => token.Length > 3 && token[0] is 'Ġ' or '▁' && token[1..].All(char.IsAsciiLetterLower)).Select(token => " " + token[1..])
            .Where(word => Count(tokenizer, word + word) - Count(tokenizer, word) == 1).ToArray();
        return words.Length > 0 ? words : throw new InvalidOperationException("The model's vocabulary has no words that are one token with the space before them; choose another model.");
    }

    private sealed record Row(int Tokens, List<double> New, List<double> Known, double Ratio);
}
