using Gyre.Models.Adapters.Training;
using Gyre.Tensors.Quantization;
using Gyre.TestSupport;
using Gyre.Training.Finetuning;

namespace Gyre.Training.Tests.Finetuning;

public sealed class FinetuneRecipeTests
{
    public const string Minimal =
        """
        kind: finetune
        name: job
        base: models/compact
        data: {train: [{shop: {examples: 40, seed: 3}}]}
        batch: {rows: 2, sequence: 128}
        schedule: {steps: 4, peak: 0.001}
        """;

    [Fact]
    public void Defaults_are_filled_in()
    {
        var recipe = FinetuneRecipe.Parse(Minimal, "recipe.yaml");

        (recipe.Adapter, recipe.CountsPrompts, recipe.LongExamples, recipe.ValidationShare).ShouldBe((null, false, LongExamples.Refuse, 0.05));
        (recipe.Train.Single().Repeat, recipe.Batch.Accumulation, recipe.Report.Tasks.Count).ShouldBe((1, 1, 0));
        recipe.Settings.ShouldContain(new KeyValuePair<string, string>("data.train[0].shop.examples", "40"));
    }

    [Theory]
    [InlineData("lora", AdapterMethod.Lora, false, false)]
    [InlineData("rslora", AdapterMethod.Lora, true, false)]
    [InlineData("dora", AdapterMethod.Lora, false, true)]
    [InlineData("adalora", AdapterMethod.AdaLora, false, false)]
    [InlineData("ia3", AdapterMethod.Ia3, false, false)]
    [InlineData("prompt", AdapterMethod.PromptTuning, false, false)]
    [InlineData("p-tuning", AdapterMethod.PTuning, false, false)]
    [InlineData("prefix", AdapterMethod.PrefixTuning, false, false)]
    public void Every_method_has_a_name(string name, AdapterMethod method, bool stabilised, bool magnitudes)
    {
        var options = FinetuneRecipe.Parse(Minimal + $"\nadapter: {{method: {name}, rank: 4, targets: [q_proj]}}", "recipe.yaml").Adapter!.Options;

        (options.Method, options.IsRankStabilised, options.HasMagnitudes, options.Rank).ShouldBe((method, stabilised, magnitudes, 4));
        options.Targets.ShouldBe(["q_proj"]);
        options.Budget.Steps.ShouldBe(4);
    }

    [Fact]
    public void Facts_of_a_shop_are_a_source_and_a_report_task()
    {
        var recipe = FinetuneRecipe.Parse(
            Minimal.Replace("{shop: {examples: 40, seed: 3}}", "{shop_facts: {seed: 5, things: 6, wordings: 4}}", StringComparison.Ordinal)
            + "\nreport: {tasks: [{name: known, shop_facts: {seed: 5, things: 6, task: answer}}]}", "recipe.yaml");

        var source = recipe.Train.Single().ShopFacts.ShouldNotBeNull();
        (source.Seed, source.Things, source.Wordings, source.UnsaidWordings, source.Strangers).ShouldBe((5UL, 6, 4, 3, 400));
        recipe.Report.Tasks.Single().ShopFacts.ShouldNotBeNull().Questions().ShouldAllBe(row => row.Task == "answer");
        recipe.RefusesContradictions.ShouldBeFalse();

        var error = Should.Throw<TrainingException>(() => FinetuneRecipe.Parse(
            Minimal.Replace("{shop: {examples: 40, seed: 3}}", "{shop_facts: {task: answer}, file: a.jsonl}", StringComparison.Ordinal).Replace("]}", "], contradictions: drop}", StringComparison.Ordinal)
            + "\nreport: {tasks: [{name: known, shop_facts: {task: repeat, wordings: 3}}]}", "recipe.yaml"));
        foreach (var part in (string[])["exactly one of 'file'", "shop_facts.task", "contradictions", "names 'repeat'; expected answer, unanswerable, unknown-thing", "shop_facts.wordings"])
        {
            error.Message.ShouldContain(part);
        }
    }

    [Fact]
    public void All_faults_are_reported_together()
    {
        var error = Should.Throw<TrainingException>(() => FinetuneRecipe.Parse(
            """
            kind: finetuning
            name: a b
            data: {train: [{shop: {examples: 4}, file: x.jsonl}, {brand: {examples: 0}}], los: all, too_long: shorten}
            batch: {rows: 0}
            schedule: {steps: 4, peak: 0.001}
            adapter: {method: lore, prompt: {init: text}}
            modules: [lm_head]
            report: {tasks: [{name: a, shop: {counts: {fly: 3}}, scorers: [best]}, {name: a, file: b.jsonl}]}
            """,
            "recipe.yaml"));

        error.Code.ShouldBe("TRN0003");
        foreach (var part in new[]
        {
            "kind: is 'finetuning'; expected 'finetune'", "name: 'a b'", "base: is missing", "data.train[0].file: needs exactly one", "data.train[1].brand.examples: 0 is out of range",
            "did you mean 'loss'", "data.too_long: 'shorten'", "batch.rows: 0", "adapter.method: 'lore'", "adapter.prompt.text: is missing", "modules: is given beside 'adapter'",
            "unknown task 'fly'", "unknown scorer 'best'", "names the task 'a' twice",
        })
        {
            error.Message.ShouldContain(part);
        }
    }

    [Theory]
    [InlineData("bf16", FrozenFormat.BF16)]
    [InlineData("nf4", FrozenFormat.NF4)]
    [InlineData("nf4-double", FrozenFormat.NF4DoubleQuantised)]
    public void A_base_under_an_adapter_can_be_kept_in_fewer_bits(string name, FrozenFormat format)
    {
        var recipe = FinetuneRecipe.Parse(Minimal + $"\nbase_format: {name}\nadapter: {{method: lora}}", "recipe.yaml");

        (recipe.BaseFormat, recipe.Quantization).ShouldBe((format, null));
        recipe.Settings.ShouldContain(new KeyValuePair<string, string>("base_format", name));
    }

    [Fact]
    public void Layers_can_be_trained_for_an_encoding() =>
        FinetuneRecipe.Parse(Minimal + "\nquantization: {format: q4_k}", "recipe.yaml").Quantization.ShouldBe(ElementFormat.Q4_K);

    [Theory]
    [InlineData("base_format: nf4", "base_format: is given without 'adapter', and the model's own weights are trained")]
    [InlineData("base_format: nf4\nmodules: [lm_head]", "base_format: is given without 'adapter', and 'modules' are trained")]
    [InlineData("base_format: int3\nadapter: {method: lora}", "base_format: 'int3'")]
    [InlineData("quantization: {format: q4_0}\nadapter: {method: lora}", "quantization: is given beside 'adapter'")]
    [InlineData("quantization: {format: q4_0}\nexport: gguf-f16", "export: is given beside 'quantization'")]
    [InlineData("quantization: {}", "quantization.format: is missing")]
    public void Encodings_that_do_not_go_with_the_rest_are_faults(string sections, string fault) =>
        Should.Throw<TrainingException>(() => FinetuneRecipe.Parse(Minimal + "\n" + sections, "recipe.yaml")).Message.ShouldContain(fault);

    [Fact]
    public void Recipes_that_come_with_gyre_are_whole()
    {
        foreach (var path in Directory.EnumerateFiles(Path.Combine(TestData.RepositoryRoot, "recipes"), "finetune-*.yaml"))
        {
            FinetuneRecipe.Load(path).Loop.Name.ShouldNotBeEmpty();
        }
    }
}
