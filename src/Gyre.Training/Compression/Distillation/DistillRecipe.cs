using Gyre.Tensors.Autodiff;
using Gyre.Tensors.Quantization;
using Gyre.Training.Finetuning;
using Gyre.Training.Recipes;

namespace Gyre.Training.Compression.Distillation;

/// <summary>
/// A YAML file that fully describes how a student learns from a teacher: from its predictions, or from answers that it wrote.
/// Immutable; checked once when it is read, all faults reported together.
/// </summary>
public sealed record DistillRecipe : IRunRecipe
{
    /// <summary>What <c>kind</c> says in such a recipe.</summary>
    public const string Kind = "distill";

    /// <summary>Loop, data, batch, export and report, as a fine-tuning has them; its base is the teacher.</summary>
    public required FinetuneRecipe Training { get; init; }

    /// <summary>What learns.</summary>
    public required StudentRecipe Student { get; init; }

    /// <summary>How the student's predictions are held to the teacher's; null to learn from answers that the teacher wrote.</summary>
    public required DistillationOptions? Loss { get; init; }

    /// <summary>How the teacher writes answers; null to learn from its predictions.</summary>
    public required GeneratedRecipe? Generated { get; init; }

    /// <summary>The encoding that the student's layers are trained for; null for none.</summary>
    public required ElementFormat? Quantization { get; init; }

    /// <summary>What the student is held against.</summary>
    public required IReadOnlyList<DistillBaseline> Baselines { get; init; }

    /// <inheritdoc />
    public required string Source { get; init; }

    /// <summary>Every setting by dotted key, defaults filled in.</summary>
    public required IReadOnlyList<KeyValuePair<string, string>> Settings { get; init; }

    /// <inheritdoc cref="TrainingRecipe.Load"/>
    public static DistillRecipe Load(string path) => Parse(RecipeFile.ReadText(path), path);

    /// <inheritdoc cref="TrainingRecipe.Parse"/>
    public static DistillRecipe Parse(string text, string path)
    {
        var (recipe, settings) = RecipeFile.Parse(text, path, (top, folder) => Read(top, text, folder));
        return recipe with { Settings = settings };
    }

    /// <inheritdoc />
    IReadOnlyList<KeyValuePair<string, string>> IRunRecipe.SettingsOf(string path) => Load(path).Settings;

    private static DistillRecipe Read(RecipeSection top, string text, string folder)
    {
        RecipeFile.RequireKind(top, Kind);
        var isGenerated = top.Has("generated");
        if (isGenerated && top.Has("loss"))
        {
            top.Fault("generated", "is given beside 'loss'; expected one of them: the teacher's answers, or its predictions.");
        }

        var format = TrainingSections.ReadQuantization(top);
        var recipe = new DistillRecipe
        {
            Training = TrainingSections.Read(top, "teacher", text, folder),
            Student = StudentRecipe.Read(RecipeFile.Required(top, "student"), folder),
            Loss = isGenerated ? null : ReadLoss(top.Section("loss")),
            Generated = isGenerated ? GeneratedRecipe.Read(top.Section("generated")) : null,
            Quantization = format,
            Baselines = top.Has("baselines") ? top.Choices("baselines", DistillBaseline.Labels, ("labels", DistillBaseline.Labels), ("post_training", DistillBaseline.PostTraining)) : [],
            Source = text,
            Settings = [],
        };
        if (format is null && recipe.Baselines.Contains(DistillBaseline.PostTraining))
        {
            top.Fault("baselines", "lists post_training without 'quantization'; expected an encoding that the student is trained for.");
        }

        top.Finish();
        return recipe;
    }

    private static DistillationOptions ReadLoss(RecipeSection section)
    {
        var mixture = section.Choice("divergence", 0f, ("forward", 0f), ("reverse", 1f), ("mixed", 0.5f));
        var options = new DistillationOptions
        {
            Mixture = mixture == 0.5f ? (float)section.Number("mixture", 0.5, 0.001, 0.999) : mixture,
            Temperature = (float)section.Number("temperature", 1, 0.01, 100),
            ScalesByTemperature = section.Flag("scaled", true),
            LabelShare = (float)section.Number("labels", 0, 0, 1),
        };
        section.Finish();
        return options;
    }
}
