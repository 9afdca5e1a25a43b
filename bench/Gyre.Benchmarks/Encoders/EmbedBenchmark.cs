using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Gyre.Benchmarks.Models;
using Gyre.Benchmarks.Tensors;
using Gyre.Contracts;
using Gyre.Models.Architectures;
using Gyre.Models.Encoders;
using Gyre.Models.Tokenizers;
using Gyre.Models.Weights;
using Gyre.Tensors.Quantization;
using Gyre.Tensors.Threading;

namespace Gyre.Benchmarks.Encoders;

/// <summary>
/// Verb <c>embed</c>: short texts to vectors with a random network of MiniLM's shape, alone or in turn with ONNX Runtime on
/// the same weights and token ids.
/// </summary>
internal static class EmbedBenchmark
{
    private const int Texts = 256;

    public static int Run(string[] args)
    {
        var options = VerbOptions.Parse(args, "vocabulary", "peer", "node", "script", "threads", "batches", "rounds", "formats", "out");
        var root = Environment.GetEnvironmentVariable("GYRE_TEST_DATA") ?? "../shared";
        using var vocabulary = GgufFile.Open(options.Text("vocabulary", Path.Combine(root, "tokenizers/llama.cpp-vocab/ggml-vocab-bert-bge.gguf")));
        var tokenizer = TokenizerLoader.FromGguf(vocabulary.Metadata);
        var configuration = new EncoderConfiguration
        {
            Architecture = "bert", VocabularySize = tokenizer.VocabularySize, HiddenSize = 384, IntermediateSize = 1536,
            Layers = 6, Heads = 12, Positions = 512, TokenTypes = 2,
        };
        var rounds = options.Numbers("rounds", "5")[0];
        var table = new StringBuilder();
        var sequences = Sequences(configuration.VocabularySize);
        table.AppendLine($"Vectors of {Texts} texts of {sequences.Min(ids => ids.Length)}–{sequences.Max(ids => ids.Length)} tokens (mean {sequences.Average(ids => ids.Length):0.0}), sorted by length; random network of 6 layers, width 384, 12 heads, feed-forward 1,536, {configuration.VocabularySize:N0} tokens. Median of {rounds} rounds in alternation (least–greatest). Machine: {Alternation.Machine()}.");
        var folder = Directory.CreateTempSubdirectory("gyre-bench-").FullName;
        try
        {
            foreach (var threads in options.Numbers("threads", "1,2"))
            {
                Measure(options, configuration, tokenizer, sequences, threads, rounds, folder, table);
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

    private static void Measure(
        VerbOptions options, EncoderConfiguration configuration, ITokenizer tokenizer, int[][] sequences, int threads, int rounds, string folder, StringBuilder table)
    {
        using var team = new ThreadTeam(threads);
        using var weights = new SyntheticWeights(EncoderLoader.Create(configuration, "the benchmark").Weights, ElementFormat.F32);
        var models = options.Text("formats", "F32,Q8_0").Split(',').Select(Enum.Parse<ElementFormat>).Select(format =>
        {
            var encoder = EncoderLoader.Load(weights, configuration, new EncoderOptions { Team = team, Format = format });
            return (Name: format.ToString(), Encoder: encoder, Embedder: new TextEncoder("minilm", new EncoderRunner(encoder), tokenizer, new SentenceSettings { Steps = [new NormaliseStep()] }));
        }).ToArray();
        var peers = Peers(options, configuration, weights, sequences, threads, folder);
        try
        {
            table.AppendLine().AppendLine($"{threads} {(threads == 1 ? "thread" : "threads")}{(peers.Length > 0 ? $"; peer: {peers[0].Peer.Greeting}" : "")}. Texts a second:").AppendLine();
            table.AppendLine("| texts a call | " + string.Join(" | ", [.. models.Select(model => $"Gyre {model.Name}"), .. peers.Select(peer => $"ONNX Runtime {peer.Name}")]) + " | ratios |");
            table.AppendLine("|---" + string.Concat(Enumerable.Repeat("|---", models.Length + peers.Length + 1)) + "|");
            foreach (var batch in options.Numbers("batches", "1,8,32"))
            {
                var runs = models.Select(model => (Func<int, double>)(passes => Time(model.Embedder, sequences, batch, passes)))
                    .Concat(peers.Select(peer => (Func<int, double>)(passes => peer.Peer.Run(batch, passes)))).ToArray();
                var rates = Rates(runs, rounds);
                var ratios = models.SelectMany((model, i) => peers.Select((peer, j) =>
                    $"{model.Name}/{peer.Name} {Alternation.Median(rates[i].Zip(rates[models.Length + j], (ours, theirs) => ours / theirs)):0.00}"));
                table.AppendLine($"| {batch} | {string.Join(" | ", rates.Select(rate => Alternation.Describe(rate, "0")))} | {string.Join(", ", ratios)} |");
            }

            foreach (var peer in peers)
            {
                table.AppendLine().AppendLine($"Vectors against ONNX Runtime {peer.Name}, least cosine: {string.Join(", ", models.Select(model => $"{model.Name} {LeastCosine(model.Embedder, sequences, peer.Peer):0.000000}"))}.");
            }
        }
        finally
        {
            foreach (var peer in peers)
            {
                peer.Peer.Dispose();
            }

            foreach (var model in models)
            {
                model.Encoder.Dispose();
            }
        }
    }

    private static (string Name, OnnxPeer Peer)[] Peers(
        VerbOptions options, EncoderConfiguration configuration, SyntheticWeights weights, int[][] sequences, int threads, string folder)
    {
        if (options.Text("peer", "") is not { Length: > 0 } peer)
        {
            return [];
        }

        var ids = Path.Combine(folder, "sequences.json");
        File.WriteAllText(ids, JsonSerializer.Serialize(sequences));
        return [.. new[] { ("float32", false), ("dynamic int8", true) }.Select(kind =>
        {
            var model = Path.Combine(folder, kind.Item2 ? "int8.onnx" : "float32.onnx");
            OnnxEncoder.Write(model, configuration, weights, kind.Item2);
            var optimised = Path.Combine(folder, "optimised.onnx");
            var started = new OnnxPeer(options.Text("node", "node"), options.Text("script", "bench/peers/embed_onnx.mjs"), peer, model, threads, ids, optimised);
            Console.Error.WriteLine($"{kind.Item1}: the runtime's own graph has {Operations(optimised)}");
            return (kind.Item1, started);
        })];
    }

    /// <summary>The operations that show whether the runtime found what it fuses.</summary>
    private static string Operations(string path)
    {
        var text = Encoding.Latin1.GetString(File.ReadAllBytes(path));
        string[] operations = ["\u0009Attention", "BiasGelu", "SkipLayerNormalization", "DynamicQuantizeMatMul", "MatMulIntegerToFloat", "FusedMatMul"];
        return string.Join(", ", operations.Select(name => $"{text.Split(name).Length - 1} {name.TrimStart('\t')}"));
    }

    private static double[][] Rates(Func<int, double>[] runs, int rounds)
    {
        var passes = runs.Select(run =>
        {
            run(2);
            return Math.Max(1, (int)(0.8 / run(1)));
        }).ToArray();
        var rates = runs.Select(_ => new double[rounds]).ToArray();
        for (var round = 0; round < rounds; round++)
        {
            for (var i = 0; i < runs.Length; i++)
            {
                // The other's idle threads may still be spinning from its last call.
                Thread.Sleep(150);
                runs[i](1);
                rates[i][round] = (double)Texts * passes[i] / runs[i](passes[i]);
            }
        }

        return rates;
    }

    private static double Time(TextEncoder embedder, int[][] sequences, int batch, int passes)
    {
        var batches = sequences.Chunk(batch).ToArray();
        var start = Stopwatch.GetTimestamp();
        for (var pass = 0; pass < passes; pass++)
        {
            foreach (var part in batches)
            {
                embedder.GenerateAsync(part).GetAwaiter().GetResult();
            }
        }

        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static double LeastCosine(TextEncoder embedder, int[][] sequences, OnnxPeer peer)
    {
        var ours = embedder.GenerateAsync(sequences).GetAwaiter().GetResult();
        var theirs = peer.Vectors();
        return ours.Select((vector, index) => Cosine(vector.Vector.Span, theirs[index])).Min();
    }

    private static double Cosine(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        var (product, first, second) = (0d, 0d, 0d);
        for (var i = 0; i < a.Length; i++)
        {
            product += (double)a[i] * b[i];
            first += (double)a[i] * a[i];
            second += (double)b[i] * b[i];
        }

        return product / Math.Sqrt(first * second);
    }

    private static int[][] Sequences(int vocabulary)
    {
        var random = new SeededRandom(7);
        return [.. Enumerable.Range(0, Texts).Select(_ => Enumerable.Range(0, random.NextInt32(8, 33)).Select(_ => random.NextInt32(1000, vocabulary)).ToArray()).OrderBy(ids => ids.Length)];
    }
}
