using System.Diagnostics;
using System.Text;
using Gyre.Contracts;
using Gyre.Models.Constraints;
using Gyre.Models.Tokenizers;

namespace Gyre.Benchmarks.Models;

/// <summary>
/// Time to compile a constraint, and per token to fill its mask and accept the chosen one: texts of random tokens, the
/// first time (nothing remembered), then further texts.
/// </summary>
internal static class ConstraintMasks
{
    private const int TokensOfText = 200;

    public static int Run(string[] args)
    {
        var options = VerbOptions.Parse(args, "data", "vocabularies", "texts", "out");
        var root = options.Text("data", Environment.GetEnvironmentVariable("GYRE_TEST_DATA") ?? "../shared");
        var texts = options.Numbers("texts", "40")[0];
        var report = new StringBuilder();
        report.AppendLine($"microseconds a token (fill a mask and accept), one thread; {Environment.ProcessorCount} processors, maybe busy with other work");
        report.AppendLine("vocabulary  constraint    compile ms   steps   first text: median    p99    max   further texts: median    p99    max   bytes allocated a token");
        foreach (var name in options.Text("vocabularies", "llama2,gpt2,llama3,qwen2").Split(','))
        {
            var vocabulary = new ConstraintVocabulary(TokenizerLoader.FromFolder(Path.Combine(root, "tokenizers", name)));
            foreach (var (label, make) in Constraints())
            {
                make();
                var start = Stopwatch.GetTimestamp();
                var constraint = make();
                var compile = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
                var (first, _) = Write(constraint, vocabulary, 1, seed: 1);
                var (further, allocated) = Write(constraint, vocabulary, texts, seed: 2);
                report.AppendLine(
                    $"{name,-11} {label,-13} {compile,10:0.0} {constraint.CompileSteps,7} {Show(first, 0.5),20} {Show(first, 0.99)} {Show(first, 1)} {Show(further, 0.5),23} {Show(further, 0.99)} {Show(further, 1)} {(double)allocated / further.Count,12:0}");
            }
        }

        options.Write(report.ToString());
        return 0;
    }

    private static IEnumerable<(string Label, Func<Constraint> Make)> Constraints()
    {
        const string Person = """
            {"type":"object","properties":{"name":{"type":"string"},"age":{"type":"integer","minimum":0,"maximum":150},"email":{"type":"string","format":"email"},
            "tags":{"type":"array","items":{"type":"string","maxLength":100}},"address":{"type":"object","properties":{"street":{"type":"string"},"city":{"type":"string"}},"required":["street","city"],"additionalProperties":false}},
            "required":["name","age","tags","address"],"additionalProperties":false}
            """;
        yield return ("any object", () => Constraint.AnyJsonObject());
        yield return ("person", () => Constraint.FromJsonSchema(Person));
        yield return ("enumeration", () => Constraint.FromJsonSchema("""{"type":"array","items":{"enum":[""" + string.Join(',', Enumerable.Range(0, 500).Select(i => $"\"value {i}\"")) + "]}}"));
        yield return ("long string", () => Constraint.FromJsonSchema("""{"type":"string","minLength":2000,"maxLength":4000}"""));
        yield return ("regex", () => Constraint.FromRegex("(\\p{Lu}\\p{Ll}+ ){1,20}\\d{4}-\\d{2}"));
        yield return ("arithmetic", () => Constraint.FromGrammar("root ::= sum\nsum ::= product ([-+] product)*\nproduct ::= atom ([*/] atom)*\natom ::= [0-9]+ | \"(\" sum \")\"\n"));
        yield return ("tool call", () => Constraint.FreeTextUntil([("<tool_call>", Constraint.FromJsonSchema(Person))], repeats: true));
    }

    private static (List<double> Microseconds, long Allocated) Write(Constraint constraint, ConstraintVocabulary vocabulary, int texts, ulong seed)
    {
        var times = new List<double>(texts * TokensOfText);
        var mask = new ulong[vocabulary.MaskWords];
        var random = new SeededRandom(seed);
        var allocated = 0L;
        for (var text = 0; text < texts; text++)
        {
            var state = constraint.Start(vocabulary);
            for (var step = 0; step < TokensOfText && !state.MustEnd && !state.HasEnded; step++)
            {
                var before = GC.GetAllocatedBytesForCurrentThread();
                var start = Stopwatch.GetTimestamp();
                state.FillMask(mask);
                var filled = Stopwatch.GetElapsedTime(start);
                var token = Pick(mask, random);
                start = Stopwatch.GetTimestamp();
                state.Accept(token);
                times.Add((filled + Stopwatch.GetElapsedTime(start)).TotalMicroseconds);
                allocated += GC.GetAllocatedBytesForCurrentThread() - before;
            }
        }

        times.Sort();
        return (times, allocated);
    }

    private static int Pick(ulong[] mask, SeededRandom random)
    {
        var count = 0;
        foreach (var word in mask)
        {
            count += System.Numerics.BitOperations.PopCount(word);
        }

        var wanted = (int)(random.NextDouble() * count);
        for (var word = 0; ; word++)
        {
            var bits = mask[word];
            var here = System.Numerics.BitOperations.PopCount(bits);
            if (wanted >= here)
            {
                wanted -= here;
                continue;
            }

            for (; wanted > 0; wanted--)
            {
                bits &= bits - 1;
            }

            return (word << 6) + System.Numerics.BitOperations.TrailingZeroCount(bits);
        }
    }

    private static string Show(List<double> sorted, double share) => $"{sorted[(int)Math.Min(sorted.Count - 1, share * sorted.Count)],8:0.0}";
}
