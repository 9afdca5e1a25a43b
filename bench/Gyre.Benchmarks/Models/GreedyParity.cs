using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Gyre.Benchmarks.Server;
using Gyre.Benchmarks.Tensors;
using Gyre.Contracts;
using Gyre.Models.Architectures;
using Gyre.Models.Tokenizers;
using Gyre.Models.Weights;
using Gyre.Tensors.Threading;
using Gyre.Training.Bases;

namespace Gyre.Benchmarks.Models;

/// <summary>
/// Verb <c>greedy-parity</c>: greedy tokens of GGUF files, Gyre's beside <c>llama-server</c>'s after the same prompt ids. Where they
/// differ, by how much the first choice led the second on either side; then also, given the peer's tokens so far, at how many
/// places Gyre would have chosen the same. With <c>--adapter FOLDER</c> both have that adapter, the peer as the GGUF file that Gyre writes of it.
/// </summary>
internal static class GreedyParity
{
    private const string Adapter = "adapter";

    public static int Run(string[] args)
    {
        var options = VerbOptions.Parse(args, "llama-server", "models", "tokens", "prompt", "prompts", "threads", "seed", "version", "adapter", "out");
        var (tokens, prompt, prompts) = (options.Numbers("tokens", "64")[0], options.Numbers("prompt", "16")[0], options.Numbers("prompts", "2")[0]);
        var threads = options.Numbers("threads", "2")[0];
        var table = new StringBuilder();
        table.AppendLine($"{tokens} greedy tokens after {prompts} prompts of {prompt} random token ids a file, ends of text not allowed; margins are the first choice's logit less the second's. Machine: {Alternation.Machine()}; peer: llama-server {options.Text("version", "of unnamed version")}.");
        table.AppendLine();
        table.AppendLine("| file | sha256 | prompt | equal from the start | margin at the first difference, Gyre | llama.cpp | equal given the peer's tokens | largest margin at a difference | median margin |");
        table.AppendLine("|---|---|---|---|---|---|---|---|---|");
        foreach (var path in options.Text("models", "").Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            Compare(path, options.Text("llama-server", "llama-server"), tokens, prompt, prompts, threads, new SeededRandom((ulong)options.Numbers("seed", "1")[0]), options.Text("adapter", ""), table);
        }

        options.Write(table.ToString());
        return 0;
    }

    private static void Compare(string path, string peer, int tokens, int promptLength, int prompts, int threads, SeededRandom random, string adapter, StringBuilder table)
    {
        using var team = new ThreadTeam(threads);
        using var file = GgufFile.Open(path);
        using var decoder = DecoderLoader.Load(file, DecoderConfiguration.FromGguf(file), new DecoderOptions { Team = team });

        var name = $"{Path.GetFileName(Path.GetDirectoryName(Path.GetFullPath(path)))}/{Path.GetFileName(path)}";
        if (!file.Metadata.TryGetString("tokenizer.ggml.model", out var kind) || kind == "none")
        {
            table.AppendLine($"| {name} | {Digest(path)} | not compared: the file has no vocabulary, without which llama-server serves nothing | | | | | | |");
            return;
        }

        var ends = TokenizerLoader.FromGguf(file.Metadata).EndIds.ToHashSet();
        tokens = Math.Min(tokens, decoder.ContextLength - promptLength);
        string[] beside = [];
        var converted = Path.Combine(Path.GetTempPath(), $"gyre-{Guid.NewGuid():N}.gguf");
        if (adapter.Length > 0)
        {
            decoder.LoadAdapter(Adapter, adapter);
            AdapterConversion.WriteGguf(path, adapter, converted);
            beside = ["--lora", converted];
            name += " with an adapter";
        }

        using var server = CompletionServer.Start(
            peer, "/health", ["-m", path, "-t", $"{threads}", "-np", "1", "-c", $"{promptLength + tokens + 8}", "-ctk", "f32", "-ctv", "f32", "-fa", "off", .. beside]);
        server.WaitUntilReady();
        File.Delete(converted); // It has read it.
        for (var index = 0; index < prompts; index++)
        {
            var prompt = Enumerable.Range(0, promptLength).Select(_ => 4 + random.NextInt32(decoder.VocabularySize - 4)).ToArray();
            var theirs = Peer(server, prompt, tokens, ends);
            var ours = Ours(decoder, beside.Length > 0 ? Adapter : null, prompt, theirs, ends);
            var places = theirs.Zip(ours, (their, our) => (IsEqual: their.Token == our.Token, Theirs: their.Margin, Ours: our.Margin)).ToArray();
            var first = Array.FindIndex(places, place => !place.IsEqual);
            table.AppendLine(
                CultureInfo.InvariantCulture,
                $"| {name} | {Digest(path)} | {index + 1} | {(first < 0 ? places.Length : first)} of {places.Length} | {(first < 0 ? "" : Shown(places[first].Ours))} | {(first < 0 ? "" : Shown(places[first].Theirs))} "
                + $"| {places.Count(place => place.IsEqual)} of {places.Length} | {(first < 0 ? "" : Shown(places.Where(place => !place.IsEqual).Max(place => place.Ours)))} | {Shown(Alternation.Median(places.Select(place => place.Ours)))} |");
            if (beside.Length > 0)
            {
                var without = Ours(decoder, null, prompt, theirs, ends).Zip(theirs).Count(place => place.First.Token == place.Second.Token);
                table.AppendLine(CultureInfo.InvariantCulture, $"| for comparison, Gyre without the adapter | | {index + 1} | | | | {without} of {places.Length} | | |");
            }
        }
    }

    /// <summary>The peer's tokens, each with the lead over its second choice.</summary>
    private static (int Token, double Margin)[] Peer(CompletionServer server, int[] prompt, int tokens, HashSet<int> ends)
    {
        var answer = server.Post("/completion", new { prompt, n_predict = tokens, temperature = 0, top_k = 1, n_probs = 2 + ends.Count, cache_prompt = false, ignore_eos = true, return_tokens = true });
        var ids = answer.GetProperty("tokens").EnumerateArray().Select(id => id.GetInt32()).ToArray();
        var margins = answer.GetProperty("completion_probabilities").EnumerateArray().Select(Lead).ToArray();
        if (ids.Length != tokens)
        {
            throw new InvalidOperationException($"llama-server gave {ids.Length} tokens; expected {tokens}.");
        }

        // It leaves out the log-probabilities of tokens that end inside a character; then nothing tells which are missing.
        return [.. ids.Select((id, index) => (id, margins.Length == tokens ? margins[index] : double.NaN))];

        double Lead(JsonElement place)
        {
            // Neither side may end.
            var top = place.GetProperty("top_logprobs").EnumerateArray().Where(choice => !ends.Contains(choice.GetProperty("id").GetInt32())).Select(choice => choice.GetProperty("logprob").GetDouble()).OrderDescending().ToArray();
            return top[0] - top[1];
        }
    }

    /// <summary>What Gyre chooses at each place after the prompt and the peer's tokens before that place; up to the first difference these are its own.</summary>
    private static (int Token, double Margin)[] Ours(IDecoder decoder, string? adapter, int[] prompt, (int Token, double Margin)[] theirs, HashSet<int> ends)
    {
        using var session = decoder.CreateSession(prompt.Length + theirs.Length, adapter);
        var chosen = new (int, double)[theirs.Length];
        for (var place = 0; place < theirs.Length; place++)
        {
            var logits = session.Forward(place == 0 ? prompt : [theirs[place - 1].Token]);
            var (best, first, second) = (-1, float.NegativeInfinity, float.NegativeInfinity);
            for (var id = 0; id < logits.Length; id++)
            {
                if (ends.Contains(id))
                {
                    continue;
                }

                if (logits[id] > first)
                {
                    (best, first, second) = (id, logits[id], first);
                }
                else if (logits[id] > second)
                {
                    second = logits[id];
                }
            }

            chosen[place] = (best, first - second);
        }

        return chosen;
    }

    private static string Shown(double margin) => double.IsNaN(margin) ? "not told" : margin.ToString("G3", CultureInfo.InvariantCulture);

    private static string Digest(string path)
    {
        using var stream = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(stream))[..12];
    }
}
