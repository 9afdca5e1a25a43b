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
        var found = Sets().Where(item => IsHeldOut(item.Text)).GroupBy(item => (item.Set, item.IsInjection)).ToDictionary(
            set => set.Key, set => (Found: set.Count(item => Screen.Find(item.Text).Count > 0), All: set.Count()));
        TestContext.Current.TestOutputHelper?.WriteLine(string.Join('\n', found.Select(set => $"{set.Key}: {set.Value}")));

        found[("deepset", true)].ShouldBe((28, 65));
        found[("InjecGuard", true)].ShouldBe((6, 12));
        found[("BIPIA text attack in an e-mail", true)].ShouldBe((27, 49));
        found[("BIPIA code attack in an e-mail", true)].ShouldBe((3, 23));
        found[("wildguard_benign_a", false)].ShouldBe((13, 257));
        found[("alpaca_style_instructions", false)].ShouldBe((0, 1492));
        found.Where(set => !set.Key.IsInjection && set.Key.Set != "wildguard_benign_a").Sum(set => set.Value.Found).ShouldBe(1);
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
