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
/// </summary>
internal static class TokenizerPeer
{
    private static readonly string[] Families = ["gpt-2", "starcoder", "deepseek-coder", "mpt", "llama-spm", "phi-3", "bert-bge"];

    public static int Run(string[] args)
    {
        var options = VerbOptions.Parse(args, "peer", "data", "text", "pairs", "version", "vocabularies", "out");
        var peer = options.Text("peer", "tokenize-llama");
        var pairs = options.Numbers("pairs", "5")[0];
        var root = options.Text("data", Environment.GetEnvironmentVariable("GYRE_TEST_DATA") ?? "../shared");
        var texts = options.Text("text", Path.Combine(root, "data/tinyshakespeare/input.txt")).Split(',');
        var wanted = options.Text("vocabularies", string.Join(',', [.. Families, "llama-bpe", "unigram"])).Split(',');
        var table = new StringBuilder();
        table.AppendLine($"MB of UTF-8 text per second of processor time, one thread; {pairs} pairs in alternation (Gyre, llama.cpp, Gyre, …), medians. Machine: {Alternation.Machine()}; peer: llama.cpp {options.Text("version", "of unnamed version")}.");
        var folder = Directory.CreateTempSubdirectory("gyre-bench-").FullName;
        try
        {
            foreach (var path in texts)
            {
                var text = File.ReadAllText(path);
                table.AppendLine().AppendLine($"Text: `{Path.GetFileName(path)}`, {Encoding.UTF8.GetByteCount(text) / 1e6:0.00} MB.").AppendLine();
                table.AppendLine("| vocabulary | llama.cpp | Gyre, empty cache | ratio | Gyre, warm | ratio | ids |");
                table.AppendLine("|---|---|---|---|---|---|---|");
                foreach (var name in wanted.Where(name => Families.Contains(name, StringComparer.Ordinal)))
                {
                    table.AppendLine(Compare(name, Path.Combine(root, $"tokenizers/llama.cpp-vocab/ggml-vocab-{name}.gguf"), path, text, peer, pairs));
                }

                if (wanted.Contains("llama-bpe"))
                {
                    table.AppendLine(Compare("llama-bpe", Llama3(root, folder), path, text, peer, pairs));
                }

                if (wanted.Contains("unigram"))
                {
                    var line = string.Join(' ', text.Split((char[])[' ', '\n', '\r', '\t'], StringSplitOptions.RemoveEmptyEntries));
                    var linePath = Path.Combine(folder, "line.txt");
                    File.WriteAllText(linePath, line);
                    table.AppendLine(Compare("unigram (8,000, trained on the text; white space as one space)", Unigram(text, folder), linePath, line, peer, pairs));
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

    private static string Compare(string name, string vocabulary, string path, string text, string peer, int pairs)
    {
        var megabytes = Encoding.UTF8.GetByteCount(text) / 1e6;
        for (var round = 0; round < 10; round++)
        {
            Time(Load(vocabulary), text, out _); // Lets the compiler see what is hot.
            Thread.Sleep(50);
        }

        List<double> cold = [], warm = [], theirs = [];
        var isEqual = true;
        for (var pair = 0; pair < pairs; pair++)
        {
            var tokenizer = Load(vocabulary);
            GC.Collect();
            cold.Add(Time(tokenizer, text, out var hash));
            warm.Add(Median([.. Enumerable.Range(0, 3).Select(round => Time(tokenizer, text, out string _))]));
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

    private static double Time(ITokenizer tokenizer, string text, out string hash)
    {
        var ids = new List<int>(text.Length);
        var start = Environment.CpuUsage.TotalTime;
        tokenizer.Encode(text, addSpecialTokens: false, parseSpecialTokens: false, ids);
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
