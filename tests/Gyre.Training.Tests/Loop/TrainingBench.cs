using Gyre.Contracts;
using Gyre.Tensors.Threading;
using Gyre.Training.Checkpoints;
using Gyre.Training.Loop;
using Gyre.Training.Packing;
using Gyre.Training.Recipes;
using Gyre.Training.Runs;

namespace Gyre.Training.Tests.Loop;

/// <summary>Everything a <see cref="Trainer"/> needs, over a small seeded corpus with a learnable order and ragged lengths.</summary>
internal sealed class TrainingBench : IDisposable
{
    public const int Vocabulary = 24;

    private readonly ThreadTeam _team;
    private readonly RunFolder _run;
    private readonly TokenFile _train;
    private readonly TokenFile _validation;

    public TrainingBench(string folder, string extra = "", bool resume = false, int threads = 1, Func<string, Stream>? create = null, string batch = "{rows: 2, sequence: 16}", string schedule = "{steps: 30, peak: 0.05, warmup: 3}")
    {
        Recipe = TrainingRecipe.Parse(
            $$"""
            name: bench
            model: {hidden_size: 8, layers: 1, heads: 1, ffn_size: 8, context: 32}
            tokenizer: {vocabulary: 300}
            corpus: {shop: { examples: 1 } }
            batch: {{batch}}
            schedule: {{schedule}}
            {{extra}}
            """,
            "recipe.yaml");
        _run = RunFolder.Open(folder, Recipe, resume);
        Directory.CreateDirectory(_run.Corpus);
        Write(_run.TrainTokens, 1, 120);
        Write(_run.ValidationTokens, 2, 20);
        _train = TokenFile.Open(_run.TrainTokens);
        _validation = TokenFile.Open(_run.ValidationTokens);
        _team = new ThreadTeam(threads);
        Model = new BigramModel(Vocabulary, Recipe.Seed);
        Observer = new RecordingObserver();
        Trainer = new Trainer(new TrainerParts
        {
            Recipe = Recipe.Loop,
            Task = new LanguageTask(Model, _train, _validation, Recipe.Batch.SequenceLength, Recipe.Batch.Rows, Recipe.Batch.Accumulation, Recipe.Evaluation.Rows, new SeededRandom(Recipe.Seed).Fork("order")),
            Checkpoints = new CheckpointStore(_run.Checkpoints, Recipe.Checkpoint.Keep, create),
            Folder = _run,
            Team = _team,
            Observer = Observer,
            Time = TimeProvider.System,
            Sample = (prompt, seed) => $"{prompt}-{seed}",
        });
    }

    public TrainingRecipe Recipe { get; }

    public BigramModel Model { get; }

    public Trainer Trainer { get; }

    public RecordingObserver Observer { get; }

    public RunFolder Folder => _run;

    public void Dispose()
    {
        _train.Dispose();
        _validation.Dispose();
        _team.Dispose();
        _run.Dispose();
    }

    /// <summary>Documents that mostly count upwards, with noise, of lengths 3 to 20.</summary>
    private static void Write(string path, ulong seed, int documents)
    {
        var random = new SeededRandom(seed);
        using var writer = new TokenFileWriter(path, Vocabulary);
        for (var document = 0; document < documents; document++)
        {
            var ids = new int[random.NextInt32(3, 21)];
            ids[0] = random.NextInt32(Vocabulary);
            for (var i = 1; i < ids.Length; i++)
            {
                ids[i] = random.NextInt32(5) == 0 ? random.NextInt32(Vocabulary) : (ids[i - 1] + 1) % Vocabulary;
            }

            writer.Append(ids, [.. ids.Select((_, i) => i > 1 || i == ids.Length - 1)]);
        }

        writer.Complete();
    }

    internal sealed class RecordingObserver : SilentObserver
    {
        public List<TrainingProgress> Steps { get; } = [];

        public List<string> Warnings { get; } = [];

        public List<int> Checkpoints { get; } = [];

        public List<TrainingSample> Samples { get; } = [];

        public Action<TrainingProgress> Then { get; set; } = _ => { };

        public override void OnStep(TrainingProgress progress)
        {
            Steps.Add(progress);
            Then(progress);
        }

        public override void OnWarning(string code, string message) => Warnings.Add($"{code}: {message}");

        public override void OnCheckpoint(int step, string folder) => Checkpoints.Add(step);

        public override void OnSample(TrainingSample sample) => Samples.Add(sample);
    }
}
