using System.Runtime.InteropServices;
using System.Text;
using Gyre.Contracts;
using Gyre.Tensors.Quantization;
using Gyre.Tensors.Threading;

namespace Gyre.Benchmarks.Tensors;

/// <summary>
/// Verb <c>packed</c>: products of packed weights with one token against the speed of reading the same memory, and
/// with many tokens in operations per second, as Markdown tables.
/// </summary>
internal static unsafe class PackedProducts
{
    private static readonly ElementFormat[] Formats =
    [
        ElementFormat.Q8_0, ElementFormat.Q4_0, ElementFormat.Q4_K, ElementFormat.Q5_K, ElementFormat.Q6_K,
        ElementFormat.F16, ElementFormat.BF16, ElementFormat.F32,
    ];

    public static int Run(string[] args)
    {
        var options = VerbOptions.Parse(args, "shapes", "tokens", "threads", "rounds", "formats", "sample-ms", "out");
        var tokens = options.Numbers("tokens", "4,16,128");
        var formats = options.Text("formats", string.Join(',', Formats)).Split(',').Select(Enum.Parse<ElementFormat>).ToArray();
        var plan = (Rounds: options.Numbers("rounds", "7")[0], Sample: TimeSpan.FromMilliseconds(options.Numbers("sample-ms", "200")[0]));
        var text = new StringBuilder();
        text.AppendLine($"Packed weights; {plan.Rounds} rounds of {plan.Sample.TotalMilliseconds} ms in alternation, median (range).");
        text.AppendLine($"Machine: {Alternation.Machine()}.");
        foreach (var shape in options.Text("shapes", "8192x8192").Split(','))
        {
            var (rows, columns) = (int.Parse(shape.Split('x')[0]), int.Parse(shape.Split('x')[1]));
            foreach (var threads in options.Numbers("threads", "1,2"))
            {
                text.AppendLine().AppendLine($"| {shape}, {threads} thread(s) | one token, GB/s | memory read, GB/s | part of the limit |{Columns(tokens)}");
                text.AppendLine("|---|---|---|---|" + string.Concat(tokens.Select(_ => "---|")));
                foreach (var format in formats.Where(format => columns % FormatTraits.Of(format).BlockLength == 0))
                {
                    text.AppendLine(Measure(format, rows, columns, threads, plan, tokens));
                }
            }
        }

        text.AppendLine().AppendLine($"Load after: {Alternation.Load()}.");
        options.Write(text.ToString());
        return 0;
    }

    private static string Columns(int[] tokens) => string.Concat(tokens.Select(count => $" {count} tokens, GOP/s |"));

    private static string Measure(ElementFormat format, int rows, int columns, int threads, (int Rounds, TimeSpan Sample) plan, int[] tokenCounts)
    {
        using var team = new ThreadTeam(threads);
        var lengthBytes = FormatTraits.LengthBytes(format, (long)rows * columns);
        var source = Random(format, lengthBytes);
        using var matrix = PackedMatrix.Pack(format, source, rows, columns, team);
        var most = tokenCounts.Append(1).Max();
        using var activations = new PackedActivations(columns, most, matrix.Form);
        var x = Values(columns * most);
        var y = (float*)NativeMemory.AlignedAlloc((nuint)(rows * (long)most * sizeof(float)), 64);

        activations.Load(x, columns, 1);
        var seconds = Alternation.Run(
            plan.Rounds,
            plan.Sample,
            () => matrix.Multiply(team, activations, y, rows),
            () => MemoryRead.Run(team, source, lengthBytes));
        var line = new StringBuilder();
        line.Append($"| {format} | {Alternation.Describe(seconds[0].Select(s => matrix.LengthBytes / s / 1e9), "F1")} | {Alternation.Describe(seconds[1].Select(s => lengthBytes / s / 1e9), "F1")} ");
        line.Append($"| {Alternation.Describe(seconds[1].Zip(seconds[0], (limit, time) => limit / time), "F2")} |");
        foreach (var tokens in tokenCounts)
        {
            activations.Load(x, columns, tokens);
            if (threads > 1)
            {
                var many = Alternation.Run(plan.Rounds, plan.Sample, () => matrix.Multiply(team, activations, y, rows))[0];
                line.Append($" {Alternation.Describe(many.Select(s => 2e-9 * rows * columns * tokens / s), "F0")} |");
                continue;
            }

            // One thread multiplies as many groups as fill a sample, so that a busy machine interrupts few of the samples.
            var groups = (int)Math.Clamp(plan.Sample.TotalSeconds * 1e11 / (2d * 16 * columns * tokens), 1, matrix.GroupCount);
            var some = Alternation.Run(plan.Rounds, plan.Sample, () => matrix.MultiplyGroups(0, groups, activations, y, rows))[0];
            line.Append($" {Alternation.Describe(some.Select(s => 2e-9 * Math.Min(groups * 16, rows) * columns * tokens / s), "F0")} |");
        }

        NativeMemory.AlignedFree(y);
        NativeMemory.AlignedFree(x);
        NativeMemory.AlignedFree(source);
        return line.ToString();
    }

    private static byte* Random(ElementFormat format, long lengthBytes)
    {
        var bytes = MemoryRead.Allocate(lengthBytes);
        var row = new float[4096];
        var random = new SeededRandom(1);
        var stretch = (int)FormatTraits.LengthBytes(format, row.Length);
        for (var i = 0; i < row.Length; i++)
        {
            row[i] = random.NextSingle() - 0.5f;
        }

        Blocks.Quantise(format, row, new Span<byte>(bytes, stretch));
        for (long offset = stretch; offset < lengthBytes; offset += stretch)
        {
            Buffer.MemoryCopy(bytes, bytes + offset, stretch, stretch);
        }

        return bytes;
    }

    private static float* Values(int count)
    {
        var values = (float*)NativeMemory.AlignedAlloc((nuint)count * sizeof(float), 64);
        var random = new SeededRandom(2);
        for (var i = 0; i < count; i++)
        {
            values[i] = random.NextSingle() - 0.5f;
        }

        return values;
    }
}
