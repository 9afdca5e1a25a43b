using System.Text;
using Gyre.Contracts;
using Gyre.Evaluation.Benchmarks;
using Gyre.Evaluation.Benchmarks.Tasks;

namespace Gyre.Evaluation.Tests.Benchmarks;

/// <summary>Definitions, records and replies that nobody would write: a message with a code, or a result, and nothing else.</summary>
public sealed class BenchmarkFuzzTests
{
    private const string Pieces = "####\\boxed{{answer is (A)**B. def f(:```python\n[A(x='1')]\"\u0000\uFFFD\uD83D\uDE00\uD800٣½1,234.5e9-−∞NaN\r\n\t";

    private const string Marks = "\"{}[]:,-&*\u0000é9";

    [Fact]
    public void A_thousand_fuzzed_replies_are_read_by_every_rule_without_an_exception()
    {
        var random = new SeededRandom(11);
        var patterns = BenchmarkCatalogue.Names.Select(BenchmarkCatalogue.Open).Select(definition => definition.Generation.Pattern).OfType<System.Text.RegularExpressions.Regex>().ToList();
        patterns.ShouldNotBeEmpty();
        for (var i = 0; i < 1000; i++)
        {
            var reply = Reply(random, i);
            foreach (var rule in AnswerExtraction.Names.Where(rule => rule != "pattern"))
            {
                AnswerExtraction.Find(rule, reply, null);
            }

            patterns.ForEach(pattern => AnswerExtraction.Find("pattern", reply, pattern));
            MathAnswer.AreEqual(reply, "1");
            ApiCall.Read(reply);
        }
    }

    [Theory]
    [InlineData("gsm8k", "test.jsonl", """{"question":"How many?","answer":"So 3.\n#### 3"}""")]
    [InlineData("math", "test/a/1.json", """{"problem":"P","type":"A","solution":"\\boxed{1}"}""")]
    [InlineData("ifeval", "input_data.jsonl", """{"key":1,"prompt":"P","instruction_id_list":["punctuation:no_comma","detectable_format:json_format","length_constraints:number_words"],"kwargs":[{},{},{"relation":"at least","num_words":3}]}""")]
    [InlineData("truthfulqa-generation", "TruthfulQA.csv", "Type,Category,Question,Best Answer,Correct Answers,Incorrect Answers,Source\nA,B,Q?,t1,t1; t2,f1; f2,s\n")]
    [InlineData("xstest", "xstest.csv", "id,type,prompt,label\n1,t,P,safe\n")]
    [InlineData("api-bank", "level-1-api.json", """[{"file":"f","id":0,"instruction":"I","input":"U","expected_output":"[A(x='1')]"}]""")]
    public async Task A_run_on_fuzzed_replies_has_results_or_reasons_and_its_files_are_JSON(string name, string file, string text)
    {
        using var folder = new TemporaryFolder();
        folder.Write(file, text);
        var definition = BenchmarkCatalogue.Open(name);
        for (var i = 0; i < 50; i++)
        {
            var reply = Reply(new SeededRandom((ulong)i), i);
            var model = new BenchmarkModel { Name = "m", Digest = "m", Chat = new ScriptedClient(_ => reply) };
            var result = await new BenchmarkRun(definition, model, new BenchmarkRunOptions { Folder = folder.Path, Shots = 0, Samples = 1, Comparison = new() { Resamples = 100 } }, TimeProvider.System).RunAsync();

            result.Outcomes.ShouldAllBe(outcome => outcome.Values.Values.All(double.IsFinite));
            result.Undefined.Keys.ShouldAllBe(reason => !reason.Contains("did not answer", StringComparison.Ordinal));
            BenchmarkReport.Write(Path.Combine(folder.Path, "out"), result);
            foreach (var line in File.ReadLines(Path.Combine(folder.Path, "out", BenchmarkReport.ItemsName)))
            {
                System.Text.Json.JsonDocument.Parse(line).RootElement.GetProperty("answers").GetArrayLength().ShouldBe(1);
            }
        }
    }

    [Fact]
    public void Damaged_definitions_end_with_a_code()
    {
        var random = new SeededRandom(5);
        var wholes = BenchmarkCatalogue.Names.Select(name =>
        {
            using var stream = typeof(BenchmarkCatalogue).Assembly.GetManifestResourceStream($"Gyre.Evaluation.Benchmarks.Definitions.{name}.yaml")!;
            return new StreamReader(stream).ReadToEnd();
        }).ToList();
        for (var i = 0; i < 600; i++)
        {
            var text = Damage(wholes[i % wholes.Count], random);
            try
            {
                BenchmarkDefinition.Parse(text);
            }
            catch (EvaluationException error)
            {
                error.Code.ShouldBeOneOf("EVA0002", "EVA0061");
            }
        }
    }

    [Theory]
    [InlineData("arc-challenge", "ARC-Challenge-Test.jsonl", """{"id":"1","question":{"stem":"S?","choices":[{"text":"x","label":"A"},{"text":"y","label":"B"}]},"answerKey":"B"}""")]
    [InlineData("superglue-record", "val.jsonl", """{"passage":{"text":"Ann met Bob.","entities":[{"start":0,"end":2},{"start":8,"end":10}]},"qas":[{"query":"They say @placeholder left.","answers":[{"text":"Bob"}]}]}""")]
    [InlineData("stereoset", "dev.json", """{"data":{"intrasentence":[{"id":"1","target":"t","bias_type":"g","sentences":[{"sentence":"s","gold_label":"stereotype"},{"sentence":"a","gold_label":"anti-stereotype"}]}]}}""")]
    [InlineData("boolq", "validation.csv", "question,answer,passage\nq,True,p\n")]
    public void Damaged_records_end_with_a_code(string name, string file, string text)
    {
        using var folder = new TemporaryFolder();
        var random = new SeededRandom(3);
        var definition = BenchmarkCatalogue.Open(name);
        for (var i = 0; i < 300; i++)
        {
            folder.Write(file, Damage(text, random));
            try
            {
                new Gyre.Evaluation.Benchmarks.Items.ItemReader(definition, 0).Read(folder.Path, "test");
            }
            catch (EvaluationException error)
            {
                error.Code.ShouldBeOneOf("EVA0062", "EVA0063", "EVA0064", "EVA0030");
            }
        }
    }

    private static string Reply(SeededRandom random, int seed) => (seed % 10) switch
    {
        0 => "",
        1 => new string('{', 20_000),
        2 => string.Concat(Enumerable.Repeat("answer is ", 3_000)),
        3 => new string('9', 5_000),
        _ => string.Concat(Enumerable.Range(0, random.NextInt32(200)).Select(_ => Pieces.Substring(random.NextInt32(Pieces.Length), 1))),
    };

    private static string Damage(string text, SeededRandom random)
    {
        var damaged = new StringBuilder(text);
        for (var change = 0; change < 1 + random.NextInt32(4) && damaged.Length > 2; change++)
        {
            var at = random.NextInt32(damaged.Length - 1);
            switch (random.NextInt32(4))
            {
                case 0:
                    damaged.Remove(at, 1);
                    break;
                case 1:
                    damaged.Insert(at, Marks[random.NextInt32(Marks.Length)]);
                    break;
                case 2:
                    damaged.Remove(at, Math.Min(damaged.Length - at, 1 + random.NextInt32(30)));
                    break;
                default:
                    var length = Math.Min(damaged.Length - at, 1 + random.NextInt32(30));
                    damaged.Insert(at, damaged.ToString(at, length));
                    break;
            }
        }

        return damaged.ToString();
    }
}
