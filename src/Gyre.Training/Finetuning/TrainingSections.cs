using Gyre.Tensors.Quantization;
using Gyre.Training.Recipes;

namespace Gyre.Training.Finetuning;

/// <summary>Reads the sections that fine-tuning and compressing by training share: loop, data, batch, export, quantization, report.</summary>
internal static class TrainingSections
{
    private const int UsualLength = 256;
    private const int LongestRow = 131_072;

    /// <summary>Reads them.</summary>
    /// <param name="top">The recipe's top level; the caller finishes it.</param>
    /// <param name="baseKey">The key of the model that the job starts from.</param>
    /// <param name="text">The file's text.</param>
    /// <param name="folder">What relative paths count from.</param>
    public static FinetuneRecipe Read(RecipeSection top, string baseKey, string text, string folder)
    {
        var data = RecipeFile.Required(top, "data");
        var training = new FinetuneRecipe
        {
            Loop = LoopRecipe.Read(top, int.MaxValue),
            Base = top.Text(baseKey, null),
            Folder = folder,
            BaseFormat = null,
            Adapter = null,
            TrainedModules = [],
            Train = [.. data.Sections("train").Select(source => ExampleSourceRecipe.Read(source, folder))],
            Validation = [.. data.Sections("validation").Select(source => ExampleSourceRecipe.Read(source, folder))],
            ValidationShare = data.Number("validation_share", 0.05, 0, 0.5),
            CountsPrompts = data.Choice("loss", false, ("completion", false), ("all", true)),
            LongExamples = data.Choice("too_long", LongExamples.Refuse, ("refuse", LongExamples.Refuse), ("drop", LongExamples.Drop), ("cut", LongExamples.Cut)),
            RefusesContradictions = data.Choice("contradictions", false, ("warn", false), ("refuse", true)),
            Batch = BatchRecipe.Read(RecipeFile.Required(top, "batch"), LongestRow, UsualLength),
            Export = top.Choice("export", ElementFormat.Q8_0, ("gguf-q8_0", ElementFormat.Q8_0), ("gguf-f16", ElementFormat.F16), ("gguf-f32", ElementFormat.F32)),
            Quantization = null,
            Report = ReportRecipe.Read(top.Section("report"), folder),
            Source = text,
            Settings = [],
        };
        if (data.IsPresent && training.Train.Count == 0)
        {
            data.Fault("train", "lists no source; expected one at least.");
        }

        if (training.Train.Count > 0 && training.Train.All(source => source.Repeat == 0))
        {
            data.Fault("train", "shows no source: each 'repeat' is 0; expected one above 0.");
        }

        data.Finish();
        return training;
    }

    /// <summary>Reads the encoding that layers are trained for; null without the section.</summary>
    public static ElementFormat? ReadQuantization(RecipeSection top)
    {
        var section = top.Section("quantization");
        ElementFormat? format = section.IsPresent
            ? section.Choice("format", (ElementFormat?)null, ("q4_0", ElementFormat.Q4_0), ("q8_0", ElementFormat.Q8_0), ("q4_k", ElementFormat.Q4_K), ("q5_k", ElementFormat.Q5_K), ("q6_k", ElementFormat.Q6_K))
            : null;
        section.Finish();
        return format;
    }
}
