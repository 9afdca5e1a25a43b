using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Gyre.Training.Finetuning;

namespace Gyre.Server.FineTuning;

/// <summary>How a fine-tuning runs: the numbers that a request left open are chosen from its examples, and the recipe is written.</summary>
internal sealed record TuningPlan
{
    /// <summary>The learning rate for a residual stream this wide is <see cref="RateAtWidth"/>; it falls as the stream widens.</summary>
    private const double UsualWidth = 256;
    private const double RateAtWidth = 2e-3;
    private const double LeastRate = 1e-4;
    private const double MostRate = 2e-3;

    /// <summary>Where the numbers of passes come from: at least this many examples are shown where 25 passes suffice for it.</summary>
    private const int UsualEpochs = 3;
    private const int LeastShown = 100;
    private const int MostShown = 25_000;
    private const int MostEpochs = 25;

    private const int MostAutoBatch = 16;
    private const int ExamplesPerBatch = 20;
    private const int RowStep = 16;
    private const int PositionsPerPass = 4096;
    private const int StepsBetweenSaves = 100;
    private static readonly JsonSerializerOptions Quoting = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The settings, all chosen.</summary>
    public required TuningNumbers Numbers { get; init; }

    /// <summary>Positions a row.</summary>
    public required int Length { get; init; }

    /// <summary>Rows a pass.</summary>
    public required int Rows { get; init; }

    /// <summary>Passes a step.</summary>
    public required int Accumulation { get; init; }

    /// <summary>Steps in all.</summary>
    public required int Steps { get; init; }

    /// <summary>Steps between two checkpoints; a divisor of the steps of an epoch where they are more.</summary>
    public required int SaveEvery { get; init; }

    /// <summary>The largest learning rate.</summary>
    public required double Rate { get; init; }

    /// <summary>Chooses for a file of examples.</summary>
    public static TuningPlan For(ExampleSurvey survey, TuningNumbers asked)
    {
        var examples = survey.Lengths.Count;
        var epochs = asked.Epochs ?? EpochsFor(examples);
        var batch = asked.BatchSize ?? Math.Clamp(examples / ExamplesPerBatch, 1, MostAutoBatch);
        var length = Math.Min(survey.ContextLength, Math.Max(2 * RowStep, (survey.Longest + RowStep - 1) / RowStep * RowStep));
        var rowsPerEpoch = survey.RowsOf(length);
        var rowsPerStep = Math.Clamp((int)Math.Round(batch * (double)rowsPerEpoch / examples), 1, rowsPerEpoch);
        var accumulation = (rowsPerStep + RowsPerPass(length) - 1) / RowsPerPass(length);
        var rows = (rowsPerStep + accumulation - 1) / accumulation;
        var stepsPerEpoch = Math.Max(1, (rowsPerEpoch + (rows * accumulation) - 1) / (rows * accumulation));
        var multiplier = asked.Multiplier ?? 1;
        return new TuningPlan
        {
            Numbers = new TuningNumbers(epochs, batch, multiplier),
            Length = length,
            Rows = rows,
            Accumulation = accumulation,
            Steps = Math.Max(1, (int)Math.Min(100_000_000, Math.Ceiling((double)epochs * rowsPerEpoch / (rows * accumulation)))),
            SaveEvery = (stepsPerEpoch + SavesPerEpoch(stepsPerEpoch) - 1) / SavesPerEpoch(stepsPerEpoch),
            Rate = Math.Clamp(RateAtWidth * UsualWidth / survey.Width, LeastRate, MostRate) * multiplier,
        };
    }

    /// <summary>The recipe, which the run folder keeps.</summary>
    /// <param name="id">The job.</param>
    /// <param name="model">The alias.</param>
    /// <param name="seed">The seed.</param>
    /// <param name="threads">Threads to compute with.</param>
    /// <param name="training">Full path of the examples.</param>
    /// <param name="validation">Full path of held-out ones; null for none.</param>
    /// <param name="from">An adapter to go on from; null for a new one.</param>
    public string ToRecipe(string id, string model, int seed, int threads, string training, string? validation, string? from)
    {
        var text = new StringBuilder();
        var summary = $"Trained by job {id}." + (validation is null ? " No examples were held out: the validation loss is that of training examples." : "");
        Line($"kind: finetune\nname: {id}\nsummary: {Quoted(summary)}\nseed: {seed}\nthreads: {threads}\nbase: {Quoted(model)}");
        Line($"adapter: {{method: lora, rank: 8, alpha: 16, targets: all-linear{(from is null ? "" : $", from: {Quoted(from)}")}}}");
        Line($"data: {{train: [{{file: {Quoted(training)}}}], validation: [{{file: {Quoted(validation ?? training)}}}]}}");
        Line($"batch: {{sequence: {Length}, rows: {Rows}, accumulation: {Accumulation}}}");
        Line($"schedule: {{steps: {Steps}, warmup: {Math.Min(10, Steps / 10)}, peak: {Math.Min(10, Rate):R}}}");
        Line($"optimizer: {{decay: 0}}");
        Line($"evaluation: {{every: {(validation is null ? Steps : Math.Max(1, Steps / 20))}, rows: {(validation is null ? 1 : 256)}}}");
        Line($"checkpoint: {{every: {SaveEvery}, best: {(validation is null ? "false" : "true")}}}");
        return text.ToString();

        void Line(FormattableString line) => text.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');
    }

    private static int EpochsFor(int examples) =>
        examples * UsualEpochs < LeastShown ? Math.Clamp(LeastShown / examples, UsualEpochs, MostEpochs)
        : (long)examples * UsualEpochs > MostShown ? Math.Max(1, MostShown / examples)
        : UsualEpochs;

    private static int RowsPerPass(int length) => Math.Max(1, PositionsPerPass / length);

    private static int SavesPerEpoch(int steps) => (steps + StepsBetweenSaves - 1) / StepsBetweenSaves;

    /// <summary>JSON's quoted texts are YAML's too.</summary>
    private static string Quoted(string text) => JsonSerializer.Serialize(text, Quoting);
}
