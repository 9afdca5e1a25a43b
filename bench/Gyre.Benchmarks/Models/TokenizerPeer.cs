using System.Diagnostics;
using System.Globalization;
using System.Text;
using Gyre.Benchmarks.Tensors;
using Gyre.Models.Tokenizers;
using Gyre.Models.Tokenizers.Training;
using Gyre.Models.Weights;

namespace Gyre.Benchmarks.Models;

/// <summary>
/// Verb <c>tokenizer-peer</c>: the same vocabularies and the same text through Gyre and through llama.cpp's tokenizer, in turn.
/// Processor time of one thread; Gyre once with an empty word cache (a new tokenizer) and once warm. The ids of both are compared.
/// With <c>--message N</c> the text is cut at ends of lines into messages of N characters or more, each encoded on its own.
/// </summary>
internal static class TokenizerPeer
{
    private static readonly string[] Families = ["gpt-2", "starcoder", "deepseek-coder", "mpt", "llama-spm", "phi-3", "bert-bge"];

    public static int Run(string[] args)
    {
        var options = VerbOptions.Parse(args, "peer", "data", "text", "pairs", "version", "vocabularies", "message", "out");
        var peer = options.Text("peer", "tokenize-llama");
        var pairs = options.Numbers("pairs", "5")[0];
        var root = options.Text("data", Environment.GetEnvironmentVariable("GYRE_TEST_DATA") ?? "../shared");
        var paths = options.Text("text", Path.Combine(root, "data/tinyshakespeare/input.txt")).Split(',');
        var wanted = options.Text("vocabularies", string.Join(',', [.. Families, "llama-bpe", "unigram", "unigram-lines"])).Split(',');
        var message = options.Numbers("message", "0")[0];
        var table = new StringBuilder();
        table.AppendLine($"MB of UTF-8 text per second of processor time, one thread; {pairs} pairs in alternation (Gyre, llama.cpp, Gyre, …), medians. Machine: {Alternation.Machine()}; peer: llama.cpp {options.Text("version", "of unnamed version")}.");
        var folder = Directory.CreateTempSubdirectory("gyre-bench-").FullName;
        try
        {
            foreach (var path in paths)
            {
                var text = File.ReadAllText(path);
                var texts = Cut(text, message);
                table.AppendLine().AppendLine($"Text: `{Path.GetFileName(path)}`, {Encoding.UTF8.GetByteCount(text) / 1e6:0.00} MB in {texts.Length} part(s).").AppendLine();
                table.AppendLine("| vocabulary | llama.cpp | Gyre, empty cache | ratio | Gyre, warm | ratio | ids |");
                table.AppendLine("|---|---|---|---|---|---|---|");
                foreach (var name in wanted)
                {
                    table.AppendLine(name switch
                    {
                        "llama-bpe" => Compare(name, Llama3(root, folder), folder, texts, peer, pairs),
                        "unigram" => Compare(name + " (8,000, trained on the text; white space as one space)", Unigram(text, folder), folder, [.. texts.Select(OneLine)], peer, pairs),
                        "unigram-lines" => Compare(name + " (the same; line breaks kept)", Unigram(text, folder), folder, texts, peer, pairs),
                        _ when Families.Contains(name, StringComparer.Ordinal) =>
                            Compare(name, Path.Combine(root, $"tokenizers/llama.cpp-vocab/ggml-vocab-{name}.gguf"), folder, texts, peer, pairs),
                        _ => throw new ArgumentException($"Comparing tokenizers: '{name}' is none of {string.Join(", ", Families)}, llama-bpe, unigram, unigram-lines.", nameof(args)),
                    });
                }
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        table.AppendLine().AppendLine($"Load after: {Alternation.Load()}.");
        options.Write(table.ToString());
        return 0;
    }

    private static string OneLine(string text) => string.Join(' ', text.Split((char[])[' ', '\n', '\r', '\t'], StringSplitOptions.RemoveEmptyEntries));

    private static string[] Cut(string text, int least)
    {
        if (least == 0)
        {
            return [text];
        }

        var messages = new List<string>();
        for (var start = 0; start < text.Length;)
        {
            var end = start + least < text.Length ? text.IndexOf('\n', start + least) + 1 : 0;
            end = end > 0 ? end : text.Length;
            messages.Add(text[start..end].TrimEnd());
            start = end;
        }

        return [.. messages.Where(message => message.Length > 0)];
    }

    private static string Compare(string name, string vocabulary, string folder, string[] texts, string peer, int pairs)
    {
        var path = Path.Combine(folder, "text");
        File.WriteAllText(path, string.Join('\0', texts));
        var megabytes = texts.Sum(Encoding.UTF8.GetByteCount) / 1e6;
        for (var round = 0; round < 10; round++)
        {
            Time(Load(vocabulary), texts, out _); // Lets the compiler see what is hot.
            Thread.Sleep(50);
        }

        List<double> cold = [], warm = [], theirs = [];
        var isEqual = true;
        for (var pair = 0; pair < pairs; pair++)
        {
            var tokenizer = Load(vocabulary);
            GC.Collect();
            cold.Add(Time(tokenizer, texts, out var hash));
            warm.Add(Median([.. Enumerable.Range(0, 3).Select(round => Time(tokenizer, texts, out string _))]));
            theirs.Add(Peer(peer, vocabulary, path, out var theirHash));
            isEqual &= hash == theirHash;
        }

        return string.Create(
            CultureInfo.InvariantCulture,
            $"| {name} | {megabytes / Median(theirs):0.0} | {megabytes / Median(cold):0.0} | {Ratio(theirs, cold):0.0}× | {megabytes / Median(warm):0.0} | {Ratio(theirs, warm):0.0}× | {(isEqual ? "equal" : "differ")} |");
    }

    private static double Ratio(List<double> theirs, List<double> ours) => Median([.. theirs.Zip(ours, (their, our) => their / our)]);

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

    private static ITokenizer Load(string vocabulary)
    {
        using var gguf = GgufFile.Open(vocabulary);
        return TokenizerLoader.FromGguf(gguf.Metadata);
    }

    private static double Time(ITokenizer tokenizer, string[] texts, out string hash)
    {
        var ids = new List<int>(texts.Sum(text => text.Length));
        var start = Environment.CpuUsage.TotalTime;
        foreach (var text in texts)
        {
            tokenizer.Encode(text, addSpecialTokens: false, parseSpecialTokens: false, ids);
        }

        var seconds = (Environment.CpuUsage.TotalTime - start).TotalSeconds;
        var sum = 14695981039346656037UL;
        foreach (var id in ids)
        {
            sum = unchecked((sum ^ (uint)id) * 1099511628211UL);
        }

        hash = sum.ToString("x16", CultureInfo.InvariantCulture);
        return seconds;
    }

    private static double Peer(string peer, string vocabulary, string path, out string hash)
    {
        using var process = Process.Start(new ProcessStartInfo(peer, [vocabulary, path, "3"]) { RedirectStandardOutput = true, UseShellExecute = false })
            ?? throw new InvalidOperationException($"Starting '{peer}' gave no process.");
        var lines = process.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' ')).ToArray();
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"Running '{peer}' on '{vocabulary}' failed with exit code {process.ExitCode}; expected lines 'tokens', 'hash' and 'seconds'.");
        }

        hash = lines.Single(line => line[0] == "hash")[1];
        return Median([.. lines.Where(line => line[0] == "seconds").Select(line => double.Parse(line[1], CultureInfo.InvariantCulture))]);
    }

    // A vocabulary without weights, for the peer, from the published files.
    private static string Llama3(string root, string folder)
    {
        var source = Path.Combine(root, "tokenizers/llama3");
        var tokenizer = TokenizerLoader.FromFolder(source);
        var path = Path.Combine(folder, "llama3.gguf");
        Vocabulary("gpt2", tokenizer)
            .SetString("tokenizer.ggml.pre", "llama-bpe")
            .SetStrings("tokenizer.ggml.merges", [.. File.ReadAllLines(Path.Combine(source, "vocab.bpe")).Where(line => line.Length > 0 && !line.StartsWith("#version", StringComparison.Ordinal))])
            .Write(path);
        return path;
    }

    private static string Unigram(string text, string folder)
    {
        var trained = new VocabularyTrainer(new() { Kind = VocabularyKind.Unigram, VocabularySize = 8000 }).Train([text]);
        var path = Path.Combine(folder, "unigram.gguf");
        Vocabulary("t5", trained.ToTokenizer()).SetFloats("tokenizer.ggml.scores", [.. trained.Scores.Select(score => (float)score)])
            .SetUInt32("tokenizer.ggml.unknown_token_id", 0).SetBoolean("tokenizer.ggml.add_space_prefix", true).Write(path);
        return path;
    }

    private static GgufWriter Vocabulary(string model, ITokenizer tokenizer)
    {
        var ids = Enumerable.Range(0, tokenizer.VocabularySize).ToArray();
        return new GgufWriter().SetString("general.architecture", "llama").SetString("tokenizer.ggml.model", model)
            .SetStrings("tokenizer.ggml.tokens", [.. ids.Select(tokenizer.GetToken)])
            .SetInt32s("tokenizer.ggml.token_type", [.. ids.Select(id => tokenizer.GetToken(id) == "<unk>" ? 2 : tokenizer.IsSpecial(id) ? 3 : 1)]);
    }
}
