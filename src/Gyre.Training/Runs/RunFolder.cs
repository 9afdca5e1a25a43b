using Gyre.Training.Recipes;

namespace Gyre.Training.Runs;

/// <summary>The folder of one training run: where each file lies, and the lock that keeps a second process out.</summary>
/// <remarks>Owns: the lock, until disposed; the operating system drops it when the process dies.</remarks>
internal sealed class RunFolder : IDisposable
{
    private readonly FileStream _lock;

    private RunFolder(string path, FileStream runLock)
    {
        Path = path;
        _lock = runLock;
    }

    public string Path { get; }

    public string Recipe => In("recipe.yaml");

    public string Environment => In("environment.json");

    public string Corpus => In("data");

    public string TrainTokens => In("data", "train.tokens");

    public string ValidationTokens => In("data", "validation.tokens");

    public string CorpusRecord => In("data", "corpus.json");

    public string Tokenizer => In("data", "tokenizer");

    public string Metrics => In("metrics.jsonl");

    public string Plot => In("loss.svg");

    public string Samples => In("samples.jsonl");

    public string SamplesPage => In("samples.md");

    public string ScalingPoint => In("scaling.json");

    public string Card => In("README.md");

    public string Checkpoints => In("checkpoints");

    public string Model => In("model");

    /// <summary>The trained adapter of a run that trains one.</summary>
    public string Adapter => In("adapter");

    /// <summary>The adapter as it stood after a step, of a run that keeps those.</summary>
    public string AdapterAt(int step) => In("adapters", FormattableString.Invariant($"step-{step}"));

    /// <summary>What was measured before and after.</summary>
    public string Report => In("report.json");

    /// <summary>Creates the folder for a new run, or opens the folder of an interrupted one.</summary>
    /// <remarks>
    /// Errors: TRN0010 the folder holds something and this is no resumption; TRN0011 nothing to resume; TRN0012 the
    /// recipe differs from the run's; TRN0013 another process works in it; TRN0014 it cannot be written.
    /// </remarks>
    public static RunFolder Open(string path, IRunRecipe recipe, bool resume)
    {
        path = System.IO.Path.GetFullPath(path);
        var recipePath = System.IO.Path.Combine(path, "recipe.yaml");
        if (resume && !File.Exists(recipePath))
        {
            throw new TrainingException("TRN0011", $"Resuming the run failed: '{path}' holds no run (no recipe.yaml). Check the folder, or start the run without --resume.");
        }

        if (!resume && Directory.Exists(path) && Directory.EnumerateFileSystemEntries(path).Any(entry => System.IO.Path.GetFileName(entry) != "run.lock"))
        {
            throw new TrainingException("TRN0010", $"Starting the run failed: '{path}' is not empty. Continue the run in it with --resume, or choose another folder.");
        }

        RunFolder? folder = null;
        try
        {
            Directory.CreateDirectory(path);
            folder = new RunFolder(path, Lock(path));
            if (resume)
            {
                var differences = Differences(recipePath, recipe);
                if (differences.Count > 0)
                {
                    throw new TrainingException(
                        "TRN0012",
                        $"Resuming the run failed: the recipe differs from the one '{path}' was started with. Use the recipe in that folder, or start a new run. Different:\n{string.Join('\n', differences.Select(line => "  " + line))}");
                }
            }
            else
            {
                AtomicFile.WriteText(recipePath, recipe.Source);
            }

            return folder;
        }
        catch (Exception error)
        {
            folder?.Dispose();
            if (error is IOException or UnauthorizedAccessException)
            {
                throw new TrainingException("TRN0014", $"Opening the run folder failed: '{path}' cannot be written ({error.Message.TrimEnd('.')}). Check its permissions and the free space.", error);
            }

            throw;
        }
    }

    public void Dispose() => _lock.Dispose();

    private static IReadOnlyList<string> Differences(string recipePath, IRunRecipe recipe)
    {
        var (stored, given) = (RecipeFile.KindOf(RecipeFile.ReadText(recipePath), recipePath), RecipeFile.KindOf(recipe.Source, "the given recipe"));
        return stored == given ? RecipeFile.Differences(recipe.SettingsOf(recipePath), recipe.Settings) : [$"kind: {stored} → {given}"];
    }

    private static FileStream Lock(string path)
    {
        var file = System.IO.Path.Combine(path, "run.lock");
        try
        {
            return new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.None);
        }
        catch (IOException error) when (File.Exists(file))
        {
            throw new TrainingException("TRN0013", $"Opening the run folder failed: another process is training in '{path}' (it holds run.lock). Wait for it or stop it; two processes cannot share one run.", error);
        }
    }

    private string In(params ReadOnlySpan<string> parts) => System.IO.Path.Combine([Path, .. parts]);
}
