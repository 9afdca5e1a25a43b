using System.Globalization;
using System.Text;
using Gyre.Evaluation.Metrics;
using Gyre.Evaluation.Statistics;
using Gyre.Models.Architectures;
using Gyre.Models.Weights;
using Gyre.Training.Loop;
using Gyre.Training.Runs;
using Gyre.Training.Sources;

namespace Gyre.Training.Encoders;

/// <summary>Teaches an encoder labels of texts or words: a new head on a body that is frozen or trained with it.</summary>
public static class ClassifierJob
{
    private const int Ignored = -100;

    /// <summary>Runs a recipe, or goes on with an interrupted run of it.</summary>
    /// <param name="recipe">What to do.</param>
    /// <param name="outputFolder">The run folder: new or empty, or the folder to resume.</param>
    /// <param name="resume">True to go on with the run in the folder; it computes the bits that an uninterrupted run would.</param>
    /// <param name="observer">Watches.</param>
    /// <param name="cancellationToken">Finishes the current step, saves a checkpoint and returns.</param>
    /// <param name="time">The clock; null for the system's.</param>
    /// <remarks>Errors: <see cref="TrainingException"/> TRN0010 to TRN0050 as <see cref="TrainingJob.Run"/>, TRN0551 to TRN0553 for the texts, TRN0556 for the base.</remarks>
    public static TrainingResult Run(
        ClassifierRecipe recipe, string outputFolder, bool resume, ITrainingObserver observer, CancellationToken cancellationToken, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        ArgumentNullException.ThrowIfNull(observer);
        var texts = recipe.LabelsWords ? LabelFile.ReadWords(recipe.File) : LabelFile.ReadTable(recipe.File, recipe.TextColumn, recipe.LabelColumn);
        IReadOnlyList<string> labels = recipe.Labels.Count > 0 ? recipe.Labels : [.. texts.SelectMany(text => text.Labels).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        if (labels.Count < 2)
        {
            throw new TrainingException("TRN0552", $"Reading labels failed: '{recipe.File}' has {texts.Count} texts with {labels.Count} different labels; expected two at least. Check data.label_column.");
        }

        var configuration = EncoderBase.Configure(recipe.Base, recipe.LabelsWords ? EncoderHead.TokenLabels : EncoderHead.SequenceLabels, labels);
        if (recipe.Length > configuration.ContextLength)
        {
            throw new TrainingException("TRN0556", $"Using the base failed: '{recipe.Base}' reads {configuration.ContextLength} tokens; batch.sequence is {recipe.Length}. Lower it, or take another base.");
        }

        if (recipe.Against.Length > 0 && !File.Exists(Path.Combine(recipe.Against, LabelScores.FileName)))
        {
            throw new TrainingException("TRN0557", $"Comparing with another run failed: '{recipe.Against}' holds no {LabelScores.FileName}; expected the folder of a finished run over the same data. Run that first, or check 'against'.");
        }

        LabelRows? rows = null;
        return EncoderRun.Run(
            new EncoderCall(recipe, recipe.Loop, outputFolder, resume, observer, time ?? TimeProvider.System, cancellationToken),
            [recipe.File, recipe.Base],
            folder => TokenizerFolder.Copy(recipe.Base, folder),
            tokenizer => new EncoderStart(
                rows = new LabelRows(recipe, texts, labels, tokenizer),
                recipe.Rows,
                pool => EncoderBase.Open(recipe.Base, configuration, pool, recipe.Loop.Seed, recipe.FreezesBody, recipe.ActivationCheckpointing)),
            end => Finish(recipe, labels, rows, end));
    }

    private static void Finish(ClassifierRecipe recipe, IReadOnlyList<string> labels, LabelRows? rows, EncoderEnd end)
    {
        if (rows is null)
        {
            throw new InvalidOperationException("A run ends after its rows were made.");
        }

        using var weights = SafetensorsFolder.Open(end.Folder.Model);
        using var encoder = EncoderLoader.Load(weights, end.Configuration, new EncoderOptions { Team = end.Team });
        var most = rows.Training.SelectMany(row => row.Targets).Where(target => target != Ignored).GroupBy(target => target).OrderByDescending(group => group.Count()).ThenBy(group => group.Key).First().Key;
        var scores = new LabelScores(labels.Count);
        foreach (var row in rows.Test)
        {
            int[] places = recipe.LabelsWords ? [.. Enumerable.Range(0, row.Targets.Length).Where(i => row.Targets[i] != Ignored)] : [0];
            if (places.Length == 0)
            {
                continue;
            }

            var batch = new EncoderBatch();
            batch.Add(row.Ids, row.Types, places);
            encoder.Run(batch, EncoderOutput.Head);
            scores.Add([.. places.Select(place => row.Targets[recipe.LabelsWords ? place : 0])], [.. places.Select((_, i) => Likeliest(batch.Row(0, i)))]);
        }

        scores.Write(Path.Combine(end.Folder.Path, LabelScores.FileName), labels);
        var other = recipe.Against.Length > 0 ? scores.ReadOther(Path.Combine(recipe.Against, LabelScores.FileName), labels) : null;
        AtomicFile.WriteText(end.Folder.Card, Card(recipe, labels, rows, end, scores, most, other));
    }

    private static int Likeliest(ReadOnlySpan<float> logits)
    {
        var best = 0;
        for (var i = 1; i < logits.Length; i++)
        {
            best = logits[i] > logits[best] ? i : best;
        }

        return best;
    }

    private static string Card(ClassifierRecipe recipe, IReadOnlyList<string> labels, LabelRows rows, EncoderEnd end, LabelScores scores, int most, LabelScores? other)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"# {recipe.Loop.Name}\n\n{(recipe.Loop.Summary.Length > 0 ? recipe.Loop.Summary + "\n\n" : "")}");
        text.Append(CultureInfo.InvariantCulture, $"A BERT of {end.Configuration.Layers} layers of width {end.Configuration.HiddenSize} with a head for {labels.Count} labels of {(recipe.LabelsWords ? "words" : "texts")}; {end.Result.Parameters:N0} parameters were trained{(recipe.FreezesBody ? ", the body frozen" : "")}.\n\n");
        EncoderCard.Data(text, end.Digests);
        text.Append(CultureInfo.InvariantCulture, $"{rows.Training.Count:N0} texts to learn from, {rows.HeldOut.Count:N0} for the validation loss, {rows.Test.Count:N0} for the test, parted by their text.\n\n");
        EncoderCard.Training(text, recipe.Loop, recipe.Rows * recipe.Accumulation, end);
        text.Append(CultureInfo.InvariantCulture, $"\n![loss](loss.svg)\n\n## Scores\n\nOn held-out texts, with paired 95 % intervals of the differences{(recipe.LabelsWords ? " over texts" : "")}. F1 is the mean of the labels'.\n\n| | other | model | difference | 95 % interval |\n|---|---:|---:|---:|---|\n");
        Rows($"always '{labels[most]}', the most frequent label", scores.Always(most));
        if (other is not null)
        {
            Rows($"the run in '{Path.GetFileName(Path.TrimEndingDirectorySeparator(recipe.Against))}'", other);
        }

        text.Append("\n| label | right | of |\n|---|---:|---:|\n");
        var pairs = scores.Texts.SelectMany(one => one.Wanted.Zip(one.Said)).ToList();
        foreach (var label in Enumerable.Range(0, labels.Count))
        {
            text.Append(CultureInfo.InvariantCulture, $"| {labels[label]} | {pairs.Count(pair => pair.First == label && pair.Second == label)} | {pairs.Count(pair => pair.First == label)} |\n");
        }

        return text.Append("\n## Files\n\n`model/` is the model; `labels.jsonl`, `metrics.jsonl`, `loss.svg` and `environment.json` say how it went; `recipe.yaml` makes it again.\n").ToString();

        void Rows(string name, LabelScores than)
        {
            Row($"accuracy, against {name}", scores.CompareAccuracy(than));
            Row($"F1, against {name}", scores.CompareF1(than));
        }

        void Row(string name, Comparison compared)
        {
            var interval = compared.Interval is { } found ? string.Create(CultureInfo.InvariantCulture, $"{found.Low:+0.000;-0.000;0.000} to {found.High:+0.000;-0.000;0.000}") : "none";
            text.Append(CultureInfo.InvariantCulture, $"| {name} | {Show(compared.First)} | {Show(compared.Second)} | {(compared.Difference.IsDefined ? compared.Difference.Number.ToString("+0.000;-0.000;0.000", CultureInfo.InvariantCulture) : "undefined")} | {interval} |\n");
        }
    }

    private static string Show(MetricValue value) => value.IsDefined ? value.Number.ToString("0.000", CultureInfo.InvariantCulture) : "undefined";
}
