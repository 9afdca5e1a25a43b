using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Gyre.TestSupport;
using Gyre.Training.Curation.Screening;

namespace Gyre.Training.Tests.Curation.Screening;

/// <summary>The screen on labelled texts: one half was looked at while the phrases were written, the other is what the design page quotes.</summary>
public class ScreenMeasureTests
{
    private static readonly HiddenInstructionScreen Screen = new();

    [Fact]
    public void The_held_out_halves_have_the_precision_and_recall_that_the_design_page_says()
    {
        var table = new StringBuilder();
        foreach (var half in new[] { "looked at", "held out" })
        {
            foreach (var set in Sets().GroupBy(item => (item.Set, item.IsInjection)))
            {
                var texts = set.Where(item => IsHeldOut(item.Text) == (half == "held out")).ToArray();
                var found = texts.Count(item => Screen.Find(item.Text).Count > 0);
                table.AppendLine($"{half,-10} {set.Key.Set,-40} {(set.Key.IsInjection ? "injection" : "benign"),-10} {found,5} of {texts.Length,5}  {(double)found / Math.Max(1, texts.Length):P1}");
            }
        }

        TestContext.Current.TestOutputHelper?.WriteLine(table.ToString());
        Console.WriteLine(table);
        Share("deepset", true).ShouldBeGreaterThan(0.4);
    }

    private static double Share(string set, bool isInjection)
    {
        var texts = Sets().Where(item => item.Set == set && item.IsInjection == isInjection && IsHeldOut(item.Text)).ToArray();
        return (double)texts.Count(item => Screen.Find(item.Text).Count > 0) / texts.Length;
    }

    private static bool IsHeldOut(string text) => (SHA256.HashData(Encoding.UTF8.GetBytes(text))[^1] & 1) == 1;

    private static IEnumerable<(string Set, string Text, bool IsInjection)> Sets()
    {
        var labelled = TestData.Require("data/injection-labelled");
        foreach (var line in File.ReadLines(Path.Combine(labelled, "deepset_prompt_injections_a.jsonl")))
        {
            var row = JsonElement.Parse(line);
            yield return ("deepset", row.GetProperty("text").GetString()!, row.GetProperty("label").GetInt32() == 1);
        }

        foreach (var row in Array(Path.Combine(labelled, "injecguard_valid_a.json")))
        {
            yield return ("InjecGuard", row.GetProperty("prompt").GetString()!, row.GetProperty("label").GetInt32() == 1);
        }

        var bipia = TestData.Require("data/bipia-indirect-injection");
        var emails = File.ReadLines(Path.Combine(bipia, "email_train.jsonl")).Select(line => JsonElement.Parse(line).GetProperty("context").GetString()!).ToArray();
        var tables = File.ReadLines(Path.Combine(bipia, "table_train_first300.jsonl")).Select(line => JsonElement.Parse(line).GetProperty("context").GetString()!).ToArray();
        foreach (var document in emails)
        {
            yield return ("BIPIA e-mails", document, false);
        }

        foreach (var document in tables.Distinct())
        {
            yield return ("BIPIA tables", document, false);
        }

        foreach (var file in new[] { "text_attack_train.json", "code_attack_train.json" })
        {
            var number = 0;
            foreach (var category in JsonElement.Parse(File.ReadAllText(Path.Combine(bipia, file))).EnumerateObject())
            {
                foreach (var attack in category.Value.EnumerateArray())
                {
                    yield return ($"BIPIA {file.Split('_')[0]} attack in an e-mail", emails[number++ % emails.Length] + "\n" + attack.GetString(), true);
                }
            }
        }

        var benign = TestData.Require("data/benign-overdefence");
        foreach (var file in Directory.GetFiles(benign, "*.json").Order(StringComparer.Ordinal))
        {
            foreach (var row in Array(file))
            {
                yield return (Path.GetFileNameWithoutExtension(file), row.ValueKind == JsonValueKind.String ? row.GetString()! : (row.TryGetProperty("prompt", out var prompt) ? prompt : row.GetProperty("instruction")).GetString()!, false);
            }
        }
    }

    private static IEnumerable<JsonElement> Array(string path) => JsonElement.Parse(File.ReadAllText(path)).EnumerateArray();
}
