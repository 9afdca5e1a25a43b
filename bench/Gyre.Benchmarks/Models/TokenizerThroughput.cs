using System.Text;
using Gyre.Models.Tokenizers;
using Gyre.Models.Tokenizers.Training;

namespace Gyre.Benchmarks.Models;

/// <summary>
/// Text per second of processor time through real vocabularies, on one thread: with an empty word cache, then warm; and training.
/// Processor time rather than wall time, so that a busy machine does not change the figure much.
/// </summary>
internal static class TokenizerThroughput
{
    private const int Rounds = 10;

    public static int Run(string[] args)
    {
        var options = VerbOptions.Parse(args, "data", "text", "vocabularies", "copies", "out");
        var report = new StringBuilder();
        var root = options.Text("data", Environment.GetEnvironmentVariable("GYRE_TEST_DATA") ?? "../shared");
        var text = File.ReadAllText(options.Text("text", Path.Combine(root, "data/tinyshakespeare/input.txt")));
        var megabytes = Encoding.UTF8.GetByteCount(text) / 1e6;
        report.AppendLine($"{megabytes:0.00} MB of text; MB per second of processor time; {Environment.ProcessorCount} processors");
        foreach (var name in options.Text("vocabularies", "gpt2,llama3,qwen2,llama2").Split(','))
        {
            var folder = Path.Combine(root, "tokenizers", name);
            var ids = new List<int>(text.Length);
            TokenizerLoader.FromFolder(folder).Encode(text, addSpecialTokens: false, parseSpecialTokens: false, ids);
            var loadStart = Seconds();
            var tokenizer = TokenizerLoader.FromFolder(folder);
            var load = Seconds() - loadStart;
            var cold = Time(1, () => Encode(tokenizer, text, ids));
            var warm = Enumerable.Range(0, Rounds).Min(_ => Time(5, () => Encode(tokenizer, text, ids)));
            var before = GC.GetAllocatedBytesForCurrentThread();
            Encode(tokenizer, text, ids);
            var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            var all = ids.ToArray();
            var decode = Enumerable.Range(0, Rounds).Min(_ => Time(2, () => tokenizer.Decode(all)));
            report.AppendLine(
                $"{name,-8} load {load * 1000,5:0} ms  empty cache {megabytes / cold,6:0.0}  warm {megabytes / warm,6:0.0}  decode {megabytes / decode,6:0.0}  {all.Length} ids, {allocated} bytes allocated");
        }

        var copies = options.Numbers("copies", "45")[0];
        var training = Time(1, () => new BpeTrainer(new BpeTrainerOptions()).Train(Enumerable.Repeat(text, copies)));
        report.AppendLine($"training 4096 tokens on {copies * megabytes:0} MB: {training:0.00} s");
        options.Write(report.ToString());
        return 0;
    }

    private static void Encode(ITokenizer tokenizer, string text, List<int> ids)
    {
        ids.Clear();
        tokenizer.Encode(text, addSpecialTokens: false, parseSpecialTokens: false, ids);
    }

    private static double Time(int times, Action action)
    {
        var start = Seconds();
        for (var i = 0; i < times; i++)
        {
            action();
        }

        return (Seconds() - start) / times;
    }

    private static double Seconds() => Environment.CpuUsage.TotalTime.TotalSeconds;
}
