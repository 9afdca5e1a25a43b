using Gyre.Training.Recipes;

namespace Gyre.Training.Encoders;

/// <summary>A YAML file of <c>kind: classifier</c>: an encoder learns labels of texts or of words. Immutable; checked once when it is read, all faults reported together.</summary>
public sealed record ClassifierRecipe : IRunRecipe
{
    /// <summary>What a recipe of this job has as its <c>kind</c>.</summary>
    public const string Kind = "classifier";

    private ClassifierRecipe(LoopRecipe loop, string source, string baseModel, string file, IReadOnlyList<string> labels) =>
        (Loop, Source, Base, File, Labels) = (loop, source, baseModel, file, labels);

    /// <summary>Who the run is, how it moves, when it looks and saves.</summary>
    public LoopRecipe Loop { get; }

    /// <summary>The file's text, as it was read.</summary>
    public string Source { get; }

    /// <summary>Every setting by dotted key, defaults filled in.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Settings { get; private init; } = [];

    /// <summary>The folder of the encoder that is gone on from.</summary>
    internal string Base { get; }

    /// <summary>Texts with labels.</summary>
    internal string File { get; }

    /// <summary>The labels in their order; empty for those that the file has, sorted.</summary>
    internal IReadOnlyList<string> Labels { get; }

    /// <summary>Each word has a label, and not each text.</summary>
    internal bool LabelsWords { get; private init; }

    internal string TextColumn { get; private init; } = "";

    internal string LabelColumn { get; private init; } = "";

    internal double ValidationShare { get; private init; }

    internal double TestShare { get; private init; }

    /// <summary>Texts longer than the window are cut; otherwise they are refused.</summary>
    internal bool CutsLongTexts { get; private init; }

    /// <summary>The folder of a finished run over the same data that the card compares with; empty for none.</summary>
    internal string Against { get; private init; } = "";

    /// <summary>The most tokens of a row.</summary>
    internal int Length { get; private init; }

    /// <summary>Trains the head alone.</summary>
    internal bool FreezesBody { get; private init; }

    internal int Rows { get; private init; }

    internal int Accumulation { get; private init; }

    internal bool ActivationCheckpointing { get; private init; }

    /// <summary>Reads a recipe file; relative paths in it count from its folder.</summary>
    /// <remarks>Errors: TRN0001 file missing or unreadable; TRN0002 not YAML; TRN0003 faults, all of them in the message.</remarks>
    public static ClassifierRecipe Load(string path) => Parse(RecipeFile.ReadText(path), path);

    /// <summary>Reads a recipe from text.</summary>
    /// <param name="text">The YAML text.</param>
    /// <param name="path">Names the recipe in messages; its folder is where relative paths count from.</param>
    /// <remarks>Errors: TRN0002, TRN0003.</remarks>
    public static ClassifierRecipe Parse(string text, string path)
    {
        var (recipe, settings) = RecipeFile.Parse(text, path, (top, folder) => Read(top, text, folder));
        return recipe with { Settings = settings };
    }

    /// <inheritdoc />
    IReadOnlyList<KeyValuePair<string, string>> IRunRecipe.SettingsOf(string path) => Load(path).Settings;

    private static ClassifierRecipe Read(RecipeSection top, string text, string folder)
    {
        RecipeFile.RequireKind(top, Kind);
        var path = top.Text("base", null);
        var (data, batch) = (RecipeFile.Required(top, "data"), top.Section("batch"));
        var file = data.Text("file", null);
        var loop = LoopRecipe.Read(top, int.MaxValue);
        var labels = data.Texts("labels");
        var recipe = new ClassifierRecipe(loop, text, Full(path), Full(file), labels)
        {
            LabelsWords = top.Choice("task", null, ("sequence", false), ("tokens", true)),
            TextColumn = data.Text("text_column", "text"),
            LabelColumn = data.Text("label_column", "label"),
            ValidationShare = data.Number("validation_share", 0.1, 0.001, 0.4),
            TestShare = data.Number("test_share", 0.2, 0.001, 0.6),
            CutsLongTexts = data.Choice("long_texts", false, ("refuse", false), ("cut", true)),
            Against = Full(top.Text("against", "")),
            Length = batch.Integer("sequence", 128, 4, 8192),
            FreezesBody = top.Flag("frozen_body", false),
            Rows = batch.Integer("rows", 16, 1, 4096),
            Accumulation = batch.Integer("accumulation", 1, 1, 4096),
            ActivationCheckpointing = batch.Flag("activation_checkpointing", false),
        };
        if (loop.Samples.Every > 0)
        {
            top.Fault("samples", "are not for this job; its card shows the labels of held-out texts.");
        }

        if (labels.Distinct(StringComparer.Ordinal).Count() != labels.Count || labels.Count == 1)
        {
            data.Fault("labels", "names one label twice, or one alone; expected two different ones or more.");
        }

        data.Finish();
        batch.Finish();
        top.Finish();
        return recipe;

        string Full(string relative) => relative.Length == 0 ? "" : Path.GetFullPath(relative, folder);
    }
}
