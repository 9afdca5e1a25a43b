using System.Diagnostics;
using System.Text;
using Gyre.Contracts;
using Gyre.Models.Constraints;
using Gyre.Models.Constraints.Matching;
using Gyre.Models.Tokenizers;

namespace Gyre.Benchmarks.Models;

/// <summary>
/// Time to compile a constraint and to fill masks in texts of random tokens: masks that are met for the first time, beside a
/// walk over every token, and masks that are known.
/// </summary>
internal static class ConstraintMasks
{
    private const int TokensOfText = 200;

    public static int Run(string[] args)
    {
        var options = VerbOptions.Parse(args, "data", "vocabularies", "texts", "streams", "out");
        var root = options.Text("data", Environment.GetEnvironmentVariable("GYRE_TEST_DATA") ?? "../shared");
        var texts = options.Numbers("texts", "40")[0];
        var streams = options.Numbers("streams", "16")[0];
        var names = options.Text("vocabularies", "llama2,gpt2,llama3,qwen2").Split(',');
        var report = new StringBuilder();
        report.AppendLine($"microseconds to fill a mask, one thread, least of three runs; {Environment.ProcessorCount} processors, maybe busy with other work");
        report.AppendLine("first visits: masks that were met for the first time; walked: the same when every token is looked at by itself; again: masks known already, with accepting the token");
        report.AppendLine("vocabulary  constraint    compile ms   steps  masks   first visits:  median       p99       max   nodes   walked:  median       p99       max   nodes   again:  median      p99      max   bytes allocated a token");
        foreach (var name in names)
        {
            var tokenizer = TokenizerLoader.FromFolder(Path.Combine(root, "tokenizers", name));
            var begin = Stopwatch.GetTimestamp();
            var vocabulary = new ConstraintVocabulary(tokenizer);
            report.AppendLine($"{name,-11} prepared in {Stopwatch.GetElapsedTime(begin).TotalMilliseconds:0} ms");
            foreach (var (label, make) in Constraints())
            {
                Write(make(), vocabulary, 2, seed: 3, usesRuns: true);
                Write(make(), vocabulary, 2, seed: 3, usesRuns: false);
                var start = Stopwatch.GetTimestamp();
                var constraint = make();
                var compile = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
                var fast = WriteThrice(make, vocabulary, texts, usesRuns: true);
                var slow = WriteThrice(make, vocabulary, texts, usesRuns: false);
                report.AppendLine(
                    $"{name,-11} {label,-13} {compile,10:0.0} {constraint.CompileSteps,7} {fast.First.Count,6} {Show(fast.First),37} {fast.Visits / Math.Max(1, fast.First.Count),7} {Show(slow.First),34} {slow.Visits / Math.Max(1, slow.First.Count),7} {Show(fast.Again),36} {(double)fast.Allocated / Math.Max(1, fast.Again.Count),12:0}");
            }
        }

        report.AppendLine();
        report.AppendLine("microseconds a step of the whole batch, free and constrained by turns; masks: filling them once more, first visits among them");
        report.AppendLine("vocabulary  constraint    streams  temp   free choice  constrained  ratio  masks:median         mean          max");
        foreach (var name in names)
        {
            var vocabulary = new ConstraintVocabulary(TokenizerLoader.FromFolder(Path.Combine(root, "tokenizers", name)));
            foreach (var (label, make) in Constraints().Where(entry => entry.Label is "person" or "tool call"))
            {
                foreach (var temperature in (float[])[0f, 0.8f])
                {
                    report.AppendLine(ConstraintBatches.Measure(name, label, make(), vocabulary, streams, temperature));
                }
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

    /// <summary>The same texts three times, each mask's least time: others may be at work on the machine.</summary>
    private static Visited WriteThrice(Func<Constraint> make, ConstraintVocabulary vocabulary, int texts, bool usesRuns)
    {
        var best = Write(make(), vocabulary, texts, seed: 2, usesRuns);
        for (var round = 1; round < 3; round++)
        {
            var next = Write(make(), vocabulary, texts, seed: 2, usesRuns);
            best = best with { First = [.. best.First.Zip(next.First, Math.Min)], Again = [.. best.Again.Zip(next.Again, Math.Min)] };
        }

        best.First.Sort();
        best.Again.Sort();
        return best;
    }

    private static Visited Write(Constraint constraint, ConstraintVocabulary vocabulary, int texts, ulong seed, bool usesRuns)
    {
        var masks = new VocabularyMasks(constraint.Machine, vocabulary, usesRuns);
        var (first, again, allocated) = (new List<double>(), new List<double>(texts * TokensOfText), 0L);
        var mask = new ulong[vocabulary.MaskWords];
        var random = new SeededRandom(seed);
        for (var text = 0; text < texts; text++)
        {
            var state = new ConstraintState(constraint.Machine, vocabulary, masks, isFirst: false);
            for (var step = 0; step < TokensOfText && !state.MustEnd && !state.HasEnded; step++)
            {
                var known = masks.ComputedCount;
                var before = GC.GetAllocatedBytesForCurrentThread();
                var start = Stopwatch.GetTimestamp();
                state.FillMask(mask);
                var filled = Stopwatch.GetElapsedTime(start);
                var token = Pick(mask, random);
                start = Stopwatch.GetTimestamp();
                state.Accept(token);
                if (masks.ComputedCount != known)
                {
                    first.Add(filled.TotalMicroseconds);
                }
                else
                {
                    again.Add((filled + Stopwatch.GetElapsedTime(start)).TotalMicroseconds);
                    allocated += GC.GetAllocatedBytesForCurrentThread() - before;
                }
            }
        }

        return new Visited(first, again, masks.VisitCount, allocated);
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

    private static string Show(List<double> sorted) => string.Join(' ', ((double[])[0.5, 0.99, 1]).Select(share => sorted.Count == 0 ? "        -" : $"{sorted[(int)Math.Min(sorted.Count - 1, share * sorted.Count)],9:0.0}"));

    /// <summary>Microseconds of masks met for the first time and again.</summary>
    private readonly record struct Visited(List<double> First, List<double> Again, long Visits, long Allocated);
}
