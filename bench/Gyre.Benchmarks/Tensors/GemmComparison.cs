using System.Runtime.InteropServices;
using System.Text;
using Gyre.Contracts;
using Gyre.Tensors.Kernels;
using Gyre.Tensors.Threading;

namespace Gyre.Benchmarks.Tensors;

/// <summary>Verb <c>gemm</c>: square single-precision products against OpenBLAS, in alternation, as a Markdown table.</summary>
internal static unsafe class GemmComparison
{
    private const string DebianLibrary = "/usr/lib/x86_64-linux-gnu/openblas-pthread/libopenblas.so.0";

    public static int Run(string[] args)
    {
        var options = VerbOptions.Parse(args, "sizes", "threads", "pairs", "library", "out");
        var peer = OpenBlas.TryLoad(options.Text("library", DebianLibrary), out var reason);
        if (peer is null)
        {
            Console.Error.WriteLine(reason);
            return 1;
        }

        var pairs = options.Numbers("pairs", "7")[0];
        var table = new StringBuilder();
        table.AppendLine($"GEMM C = A·B, float32, square, row-major; peer: {peer.Version}; {pairs} alternating pairs, median (range).");
        table.AppendLine($"Machine: {Alternation.Machine()}.");
        table.AppendLine();
        table.AppendLine("| size | threads | Gyre GFLOP/s | OpenBLAS GFLOP/s | ratio, median of pairs | largest difference |");
        table.AppendLine("|---|---|---|---|---|---|");
        foreach (var threads in options.Numbers("threads", "1,2"))
        {
            foreach (var size in options.Numbers("sizes", "512,1024,2048"))
            {
                table.AppendLine(Compare(peer, size, threads, pairs));
            }
        }

        table.AppendLine();
        table.AppendLine($"Load after: {Alternation.Load()}.");
        options.Write(table.ToString());
        return 0;
    }

    private static string Compare(OpenBlas peer, int size, int threads, int pairs)
    {
        using var team = new ThreadTeam(threads);
        peer.SetThreads(threads);
        var random = new SeededRandom(1);
        var lengthBytes = (nuint)size * (nuint)size * sizeof(float);
        var a = Matrix(random, size, lengthBytes);
        var b = Matrix(random, size, lengthBytes);
        var ours = (float*)NativeMemory.AlignedAlloc(lengthBytes, 64);
        var theirs = (float*)NativeMemory.AlignedAlloc(lengthBytes, 64);
        var seconds = Alternation.Run(
            pairs,
            TimeSpan.FromSeconds(0.4),
            () => Gemm.Multiply(team, size, size, size, a, size, 1, b, size, 1, ours, size, false),
            () => peer.Multiply(size, a, b, theirs));
        var difference = 0f;
        for (var i = 0; i < size * size; i++)
        {
            difference = Math.Max(difference, Math.Abs(ours[i] - theirs[i]));
        }

        NativeMemory.AlignedFree(a);
        NativeMemory.AlignedFree(b);
        NativeMemory.AlignedFree(ours);
        NativeMemory.AlignedFree(theirs);
        var work = 2e-9 * size * size * size;
        var ratios = seconds[1].Zip(seconds[0], (peerTime, time) => peerTime / time);
        return $"| {size} | {threads} | {Alternation.Describe(seconds[0].Select(s => work / s), "F1")} | {Alternation.Describe(seconds[1].Select(s => work / s), "F1")} | {Alternation.Describe(ratios, "F3")} | {difference:E1} |";
    }

    private static float* Matrix(SeededRandom random, int size, nuint lengthBytes)
    {
        var values = (float*)NativeMemory.AlignedAlloc(lengthBytes, 64);
        for (var i = 0; i < size * size; i++)
        {
            values[i] = random.NextSingle() - 0.5f;
        }

        return values;
    }
}
