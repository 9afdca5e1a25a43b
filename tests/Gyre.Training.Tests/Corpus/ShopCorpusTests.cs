using System.Security.Cryptography;
using System.Text;
using Gyre.Training.Corpus;

namespace Gyre.Training.Tests.Corpus;

public class ShopCorpusTests
{
    [Fact]
    public void Equal_seeds_give_equal_bytes_in_any_order_of_asking()
    {
        var first = new ShopCorpus(11);
        var second = new ShopCorpus(11);
        var backwards = Enumerable.Range(0, 500).Reverse().ToDictionary(index => index, index => ShopChatFormat.Render(second.TrainingExample(index)));

        foreach (var (example, index) in first.Training(0, 500).Select((example, index) => (example, index)))
        {
            ShopChatFormat.Render(example).ShouldBe(backwards[index]);
        }
    }

    [Fact]
    public void Different_seeds_give_different_conversations()
    {
        var first = new ShopCorpus(1).Training(0, 200).Select(ShopChatFormat.Render).ToHashSet(StringComparer.Ordinal);

        new ShopCorpus(2).Training(0, 200).Count(example => first.Contains(ShopChatFormat.Render(example))).ShouldBeLessThan(5);
    }

    [Fact]
    public void The_mixture_is_kept()
    {
        var corpus = new ShopCorpus(3, new ShopCorpusOptions { Mixture = new Dictionary<string, double> { ["extract"] = 3, ["sentiment"] = 1, ["answer"] = 0 } });

        var counts = corpus.Training(0, 4000).CountBy(example => example.Task).ToDictionary();

        counts.Keys.ShouldBe(["extract", "sentiment"], ignoreOrder: true);
        counts["extract"].ShouldBeInRange(2850, 3150);
    }

    [Fact]
    public void Bad_options_are_all_reported_at_once()
    {
        var options = new ShopCorpusOptions { Mixture = new Dictionary<string, double> { ["poetry"] = 1, ["answer"] = -1 }, SystemTurnShare = double.NaN };

        var error = Should.Throw<TrainingException>(() => new ShopCorpus(1, options));

        error.Code.ShouldBe("TRN0200");
        error.Message.ShouldContain("poetry");
        error.Message.ShouldContain("-1");
        error.Message.ShouldContain("systemTurnShare");
    }

    [Fact]
    public void More_held_out_rows_than_a_task_can_give_is_an_error()
    {
        Should.Throw<TrainingException>(() => new ShopCorpus(1).HeldOut(new Dictionary<string, int> { ["refuse"] = 600 })).Code.ShouldBe("TRN0201");
        Should.Throw<TrainingException>(() => new ShopCorpus(1).HeldOut(new Dictionary<string, int> { ["poetry"] = 1 })).Code.ShouldBe("TRN0202");
    }

    [Fact]
    public void Answers_are_spans_of_their_prompt_and_declines_hold_nothing_of_it()
    {
        var rows = new ShopCorpus(5).HeldOut(new Dictionary<string, int> { ["answer"] = 400, ["unanswerable"] = 400 });

        foreach (var row in rows)
        {
            var values = row.Facts.Where(fact => fact.Key.StartsWith("context.", StringComparison.Ordinal)).Select(fact => fact.Value).ToArray();
            values.ShouldAllBe(value => row.Prompt.Contains(value));
            if (row.Task == "answer")
            {
                values.ShouldContain(row.Reference);
            }
            else
            {
                row.Reference.ShouldStartWith("I am sorry, ");
                values.ShouldAllBe(value => !row.Reference.Contains(value));
            }
        }
    }

    [Fact]
    public void A_description_mentions_every_attribute()
    {
        foreach (var row in new ShopCorpus(5).HeldOut(new Dictionary<string, int> { ["describe"] = 400, ["summary"] = 200 }))
        {
            row.Facts.Count.ShouldBeGreaterThanOrEqualTo(3);
            row.Facts.Values.ShouldAllBe(value => row.Reference.Contains(value) && row.Prompt.Contains(value), row.Reference);
        }
    }

    [Fact]
    public void Extracted_json_holds_values_of_the_text()
    {
        foreach (var row in new ShopCorpus(5).HeldOut(new Dictionary<string, int> { ["extract"] = 400 }))
        {
            var json = System.Text.Json.Nodes.JsonNode.Parse(row.Reference)!.AsObject();
            json.Count.ShouldBeGreaterThanOrEqualTo(2);
            json.ShouldAllBe(pair => row.Prompt.Contains(pair.Value!.GetValue<string>()) && row.Prompt.Contains(pair.Key));
            json.ToJsonString().ShouldBe(row.Reference);
        }
    }

    [Fact]
    public void Lead_examples_only_repeat_and_the_others_stay_as_they_are()
    {
        var plain = new ShopCorpus(7);
        var led = new ShopCorpus(7, new ShopCorpusOptions { Lead = 50 });

        led.Training(0, 50).ShouldAllBe(example => example.Task == ShopTasks.Repeat);
        led.Training(50, 50).Select(ShopChatFormat.Render).ShouldBe(plain.Training(50, 50).Select(ShopChatFormat.Render));
        Should.Throw<TrainingException>(() => new ShopCorpus(7, new ShopCorpusOptions { Lead = -1 })).Message.ShouldContain("lead is -1");
    }

    [Fact]
    public void What_is_to_be_repeated_stands_in_the_prompt()
    {
        foreach (var example in new ShopCorpus(7, new ShopCorpusOptions { Lead = 500 }).Training(0, 500))
        {
            var prompt = example.Turns[0].Content;
            foreach (var answer in example.Turns.Where(turn => turn.Role == "assistant"))
            {
                prompt.ShouldContain(answer.Content);
            }
        }
    }

    [Fact]
    public void The_bytes_of_seed_7_are_frozen()
    {
        var corpus = new ShopCorpus(7);
        var text = new StringBuilder();
        foreach (var example in corpus.Training(0, 2000))
        {
            text.Append(example.Task).Append('|').Append(example.Family).Append('|').Append(example.Subject).Append('|').Append(ShopChatFormat.Render(example)).Append('\n');
        }

        foreach (var row in corpus.HeldOut(50))
        {
            text.Append(row.Id).Append('|').Append(row.Family).Append('|').Append(row.Prompt).Append('|').Append(row.Reference).Append('\n');
        }

        // A change of templates or words changes the corpus: then every model card that names a seed is about another corpus.
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString()))).ShouldBe(Golden);
    }

    private const string Golden = "cf475757c2deaec2fa8e095f70d0de38cf576f57497bbd85dbeda10a0847d31f";
}
