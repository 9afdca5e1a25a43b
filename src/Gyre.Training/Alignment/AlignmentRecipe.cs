using Gyre.Tensors.Quantization;
using Gyre.Training.Alignment.Losses;
using Gyre.Training.Alignment.Policies;
using Gyre.Training.Recipes;

namespace Gyre.Training.Alignment;

/// <summary>A YAML file of <c>kind: align</c>. Immutable; checked once when it is read, all faults reported together.</summary>
public sealed record AlignmentRecipe : IRunRecipe
{
    /// <summary>What a recipe of this job has as its <c>kind</c>.</summary>
    public const string Kind = "align";

    private AlignmentRecipe(LoopRecipe loop, string source, string folder, AlignmentDataRecipe data, AlignmentLossRecipe loss, RewardRecipe reward) =>
        (Loop, Source, Folder, Data, Loss, Reward) = (loop, source, folder, data, loss, reward);

    /// <summary>Who the run is, how it moves, when it looks and saves.</summary>
    public LoopRecipe Loop { get; }

    /// <summary>The file's text, as it was read.</summary>
    public string Source { get; }

    /// <summary>The folder that relative paths count from.</summary>
    public string Folder { get; }

    /// <summary>Every setting by dotted key, defaults filled in.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Settings { get; private init; } = [];

    /// <summary>The model to start from, as the recipe names it.</summary>
    public string Base { get; private init; } = "";

    /// <summary>What is learned from, and how.</summary>
    public AlignmentMethod Method { get; private init; }

    /// <summary>The pairs, rated answers or prompts.</summary>
    public AlignmentDataRecipe Data { get; }

    /// <summary>What rewards the model's own answers.</summary>
    public RewardRecipe Reward { get; }

    /// <summary>The adapter that is trained over the frozen base; null to train the whole model.</summary>
    public AdapterRecipe? Adapter { get; private init; }

    /// <summary>Held-out tasks on which base and aligned model are compared.</summary>
    public ReportRecipe Report { get; private init; } = new() { Tasks = [], MaxTokens = 128, Confidence = 0.95 };

    /// <summary>Plain examples that are learned beside, so that the model keeps what it could; null for none.</summary>
    public ReplayRecipe? Replay { get; private init; }

    /// <summary>How far the whole interval of a held-out task's scorer may lie below zero for the task to count as kept, declared before the run; 0 for no verdict.</summary>
    public double Margin { get; private init; }

    internal AlignmentLossRecipe Loss { get; }

    internal PolicyOptions Policy { get; private init; } = new();

    /// <summary>Examples a pass.</summary>
    internal int Rows { get; private init; }

    /// <summary>Answers a pass: a pair has two.</summary>
    internal int AnswersTogether => IsOnline || Method == AlignmentMethod.Kto ? Rows : 2 * Rows;

    /// <summary>Passes a step.</summary>
    internal int Accumulation { get; private init; }

    internal bool ActivationCheckpointing { get; private init; }

    /// <summary>What a GGUF file stores its matrices as.</summary>
    internal ElementFormat Export { get; private init; }

    /// <summary>Held-out prompts that model and base answer for the report.</summary>
    internal int ReportPrompts { get; private init; }

    /// <summary>Whether the method learns from the model's own answers.</summary>
    internal bool IsOnline => Method is AlignmentMethod.Ppo or AlignmentMethod.Grpo;

    /// <summary>Reads a recipe file; relative paths in it count from its folder.</summary>
    /// <remarks>Errors: TRN0001 file missing or unreadable; TRN0002 not YAML; TRN0003 faults, all of them in the message.</remarks>
    public static AlignmentRecipe Load(string path) => Parse(RecipeFile.ReadText(path), path);

    /// <summary>Reads a recipe from text.</summary>
    /// <param name="text">The YAML text.</param>
    /// <param name="path">Names the recipe in messages; its folder is where relative paths count from.</param>
    /// <remarks>Errors: TRN0002, TRN0003.</remarks>
    public static AlignmentRecipe Parse(string text, string path)
    {
        var (recipe, settings) = RecipeFile.Parse(text, path, (top, folder) => Read(top, text, folder));
        return recipe with { Settings = settings };
    }

    /// <inheritdoc />
    IReadOnlyList<KeyValuePair<string, string>> IRunRecipe.SettingsOf(string path) => Load(path).Settings;

    private static AlignmentRecipe Read(RecipeSection top, string text, string folder)
    {
        RecipeFile.RequireKind(top, Kind);
        var method = top.Choice<AlignmentMethod>(
            "method",
            null,
            ("dpo", AlignmentMethod.Dpo),
            ("ipo", AlignmentMethod.Ipo),
            ("kto", AlignmentMethod.Kto),
            ("orpo", AlignmentMethod.Orpo),
            ("grpo", AlignmentMethod.Grpo),
            ("ppo", AlignmentMethod.Ppo),
            ("reward", AlignmentMethod.Reward));
        var isOnline = method is AlignmentMethod.Ppo or AlignmentMethod.Grpo;
        var batch = top.Section("batch");
        var report = top.Section("report");
        var loop = LoopRecipe.Read(top, int.MaxValue);
        var (prompts, margin) = (report.Integer("prompts", 100, 0, 100_000), report.Number("margin", 0, 0, 1));
        var recipe = new AlignmentRecipe(
            loop,
            text,
            folder,
            AlignmentDataRecipe.Read(RecipeFile.Required(top, "data"), folder),
            AlignmentLossRecipe.Read(top.Section("loss"), method),
            RewardRecipe.Read(top.Section("reward"), folder, isOnline))
        {
            Base = top.Text("base", null),
            Method = method,
            Policy = ReadPolicy(top.Section("rollout"), method),
            Rows = batch.Integer("rows", 8, 1, 4096),
            Accumulation = batch.Integer("accumulation", 1, 1, 4096),
            ActivationCheckpointing = batch.Flag("activation_checkpointing", false),
            ReportPrompts = prompts,
            Margin = margin,
            Replay = top.Has("replay") ? ReplayRecipe.Read(top.Section("replay"), folder) : null,
            Report = ReportRecipe.Read(report, folder),
            Adapter = top.Has("adapter") ? AdapterRecipe.Read(top.Section("adapter"), loop.Schedule.Steps, folder) : null,
            Export = top.Choice("export", ElementFormat.F32, ("f32", ElementFormat.F32), ("f16", ElementFormat.F16), ("bf16", ElementFormat.BF16), ("q8_0", ElementFormat.Q8_0)),
        };
        if (recipe.Adapter is not null && method == AlignmentMethod.Reward)
        {
            top.Fault("adapter", "is given with method: reward; a reward model is trained whole. Leave it out.");
        }

        batch.Finish();
        top.Finish();
        return recipe;
    }

    private static PolicyOptions ReadPolicy(RecipeSection section, AlignmentMethod method)
    {
        var isGrouped = method == AlignmentMethod.Grpo;
        var clip = section.Number("clip", 0.2, 1e-3, 1);
        var policy = new PolicyOptions
        {
            HasValueHead = !isGrouped,
            Prompts = section.Integer("prompts", 8, 1, 65_536),
            Answers = section.Integer("answers", isGrouped ? 8 : 1, isGrouped ? 2 : 1, 1024),
            MaxTokens = section.Integer("tokens", 64, 1, 8192),
            Temperature = section.Number("temperature", 1, 0.05, 2),
            Epochs = section.Integer("epochs", isGrouped ? 1 : 4, 1, 100),
            Minibatches = section.Integer("minibatches", 1, 1, 1024),
            MissingEndPenalty = section.Number("missing_end_penalty", 0, 0, 1000),
            KlWeight = section.Number("kl_weight", 0.05, 0, 100),
            Estimator = section.Choice("kl_estimator", KlEstimator.K1, ("k1", KlEstimator.K1), ("k3", KlEstimator.K3)),
            Discount = section.Number("discount", 1, 0, 1),
            Trace = section.Number("trace", 0.95, 0, 1),
            Clip = clip,
            ValueClip = section.Number("value_clip", 0.2, 1e-3, 1000),
            ValueWeight = section.Number("value_weight", 0.1, 0, 100),
            WhitensRewards = section.Flag("whiten_rewards", false),
            Group = new GroupPolicyOptions
            {
                Beta = section.Number("beta", 0, 0, 100),
                ClipBelow = clip,
                ClipAbove = section.Number("clip_above", clip, 1e-3, 1),
                ScalesAdvantages = section.Flag("scale_advantages", true),
            },
        };
        if (policy.Minibatches > policy.Prompts * policy.Answers)
        {
            section.Fault("minibatches", $"{policy.Minibatches} is more than the {policy.Prompts * policy.Answers} answers of a round.");
        }

        section.Finish();
        return policy;
    }
}
