using Gyre.Training.Recipes;

namespace Gyre.Training.Encoders;

/// <summary>A YAML file of <c>kind: answers</c>: an encoder learns to find answers in passages. Immutable; checked once when it is read, all faults reported together.</summary>
public sealed record AnswersRecipe : IRunRecipe
{
    /// <summary>What a recipe of this job has as its <c>kind</c>.</summary>
    public const string Kind = "answers";

    private AnswersRecipe(LoopRecipe loop, string source, string baseModel, QuestionDataRecipe questions, EncoderCorpusRecipe? passages) =>
        (Loop, Source, Base, Questions, Passages) = (loop, source, baseModel, questions, passages);

    /// <summary>Who the run is, how it moves, when it looks and saves.</summary>
    public LoopRecipe Loop { get; }

    /// <summary>The file's text, as it was read.</summary>
    public string Source { get; }

    /// <summary>Every setting by dotted key, defaults filled in.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Settings { get; private init; } = [];

    /// <summary>The folder of the encoder that is gone on from.</summary>
    internal string Base { get; }

    internal QuestionDataRecipe Questions { get; }

    /// <summary>Further passages that questions are generated from; null for those of the training questions alone.</summary>
    internal EncoderCorpusRecipe? Passages { get; }

    /// <summary>The first steps, which read generated questions alone.</summary>
    internal int GeneratedSteps { get; private init; }

    /// <summary>Sentences of passages in the first step; they grow over the generated steps. 0 for whole passages.</summary>
    internal int FirstSentences { get; private init; }

    /// <summary>Sentences of passages in the last generated step, and of shortened ones after it.</summary>
    internal int LastSentences { get; private init; }

    /// <summary>The share of the passages' tokens that training hides, but none of an answer.</summary>
    internal double HiddenShare { get; private init; }

    /// <summary>The share of generated questions after them.</summary>
    internal double GeneratedShare { get; private init; }

    /// <summary>The share of questions in training that are put to another passage.</summary>
    internal double UnanswerableShare { get; private init; }

    /// <summary>The most tokens of a row.</summary>
    internal int WindowLength { get; private init; }

    internal int WindowOverlap { get; private init; }

    /// <summary>The card scores the development questions: while settings are chosen, nobody looks at the test.</summary>
    internal bool ScoresDevelopment { get; private init; }

    /// <summary>Trains the head alone.</summary>
    internal bool FreezesBody { get; private init; }

    internal int Rows { get; private init; }

    internal int Accumulation { get; private init; }

    internal bool ActivationCheckpointing { get; private init; }

    /// <summary>The most tokens of an answer.</summary>
    internal int MaxAnswerTokens { get; private init; }

    /// <summary>Reads a recipe file; relative paths in it count from its folder.</summary>
    /// <remarks>Errors: TRN0001 file missing or unreadable; TRN0002 not YAML; TRN0003 faults, all of them in the message.</remarks>
    public static AnswersRecipe Load(string path) => Parse(RecipeFile.ReadText(path), path);

    /// <summary>Reads a recipe from text.</summary>
    /// <param name="text">The YAML text.</param>
    /// <param name="path">Names the recipe in messages; its folder is where relative paths count from.</param>
    /// <remarks>Errors: TRN0002, TRN0003.</remarks>
    public static AnswersRecipe Parse(string text, string path)
    {
        var (recipe, settings) = RecipeFile.Parse(text, path, (top, folder) => Read(top, text, folder));
        return recipe with { Settings = settings };
    }

    /// <inheritdoc />
    IReadOnlyList<KeyValuePair<string, string>> IRunRecipe.SettingsOf(string path) => Load(path).Settings;

    private static AnswersRecipe Read(RecipeSection top, string text, string folder)
    {
        RecipeFile.RequireKind(top, Kind);
        var path = top.Text("base", null);
        var (generated, windows, batch) = (top.Section("generated"), top.Section("windows"), top.Section("batch"));
        var questions = QuestionDataRecipe.Read(RecipeFile.Required(top, "questions"), folder);
        var passages = top.Has("passages") ? EncoderCorpusRecipe.Read(top.Section("passages"), folder) : null;
        var loop = LoopRecipe.Read(top, int.MaxValue);
        var recipe = new AnswersRecipe(loop, text, path.Length == 0 ? "" : Path.GetFullPath(path, folder), questions, passages)
        {
            GeneratedSteps = generated.Integer("steps", 0, 0, 100_000_000),
            FirstSentences = generated.Integer("first_sentences", 0, 0, 1000),
            LastSentences = generated.Integer("last_sentences", 10, 1, 1000),
            HiddenShare = top.Number("hidden_share", 0, 0, 0.5),
            GeneratedShare = generated.Number("share", 0, 0, 1),
            UnanswerableShare = top.Number("unanswerable_share", 0.3, 0, 0.95),
            WindowLength = windows.Integer("length", 256, 16, 8192),
            WindowOverlap = windows.Integer("overlap", 64, 0, 8192),
            MaxAnswerTokens = windows.Integer("longest_answer", 16, 1, 1000),
            ScoresDevelopment = top.Choice("score", false, ("test", false), ("development", true)),
            FreezesBody = top.Flag("frozen_body", false),
            Rows = batch.Integer("rows", 16, 1, 4096),
            Accumulation = batch.Integer("accumulation", 1, 1, 4096),
            ActivationCheckpointing = batch.Flag("activation_checkpointing", false),
        };
        if (recipe.FirstSentences > recipe.LastSentences)
        {
            generated.Fault("first_sentences", $"is {recipe.FirstSentences}; expected at most last_sentences, {recipe.LastSentences}.");
        }

        if (loop.Samples.Every > 0)
        {
            top.Fault("samples", "are not for this job; its card shows answers to held-out questions.");
        }

        generated.Finish();
        windows.Finish();
        batch.Finish();
        top.Finish();
        return recipe;
    }
}
