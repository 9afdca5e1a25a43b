using System.Globalization;
using System.Text;
using Gyre.Models.Architectures;
using Gyre.Training.Loop;
using Gyre.Training.Runs;

namespace Gyre.Training.Encoders;

/// <summary>Trains an encoder on masked words: from a recipe to a folder that <see cref="EncoderLoader"/> reads like a published one.</summary>
public static class EncoderJob
{
    /// <summary>Runs a recipe, or goes on with an interrupted run of it.</summary>
    /// <param name="recipe">What to do.</param>
    /// <param name="outputFolder">The run folder: new or empty, or the folder to resume.</param>
    /// <param name="resume">True to go on with the run in the folder; it computes the bits that an uninterrupted run would.</param>
    /// <param name="observer">Watches.</param>
    /// <param name="cancellationToken">Finishes the current step, saves a checkpoint and returns.</param>
    /// <param name="time">The clock; null for the system's.</param>
    /// <remarks>Errors: <see cref="TrainingException"/> TRN0010 to TRN0050 as <see cref="TrainingJob.Run"/>, TRN0551 and TRN0555 for the texts.</remarks>
    public static TrainingResult Run(
        EncoderRecipe recipe, string outputFolder, bool resume, ITrainingObserver observer, CancellationToken cancellationToken, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        ArgumentNullException.ThrowIfNull(observer);
        var documents = EncoderDocuments.Read(recipe.Corpus);
        MaskedWordRows? rows = null;
        return EncoderRun.Run(
            new EncoderCall(recipe, recipe.Loop, outputFolder, resume, observer, time ?? TimeProvider.System, cancellationToken),
            recipe.Corpus.Files,
            folder => EncoderRun.TrainTokenizer(folder, documents.Training, recipe.Vocabulary, recipe.LowersCase, cancellationToken),
            tokenizer => new EncoderStart(rows = new MaskedWordRows(recipe, tokenizer, documents), recipe.Rows, pool =>
            {
                var model = new TrainableEncoder(recipe.Model.Configure(tokenizer), pool, recipe.Loop.Seed) { ActivationCheckpointing = recipe.ActivationCheckpointing };
                recipe.Model.Initialise(model, recipe.Loop.Seed);
                return model;
            }),
            end => AtomicFile.WriteText(end.Folder.Card, Card(recipe, documents, rows, end)));
    }

    private static string Card(EncoderRecipe recipe, EncoderDocuments documents, MaskedWordRows? rows, EncoderEnd end)
    {
        var (model, result, text) = (recipe.Model, end.Result, new StringBuilder());
        text.Append(CultureInfo.InvariantCulture, $"# {recipe.Loop.Name}\n\n{(recipe.Loop.Summary.Length > 0 ? recipe.Loop.Summary + "\n\n" : "")}");
        text.Append(CultureInfo.InvariantCulture, $"A BERT with {result.Parameters:N0} parameters ({model.Layers} layers of width {model.HiddenSize}, {model.Heads} heads, feed-forward {model.FeedForwardSize}, context {model.Context}, WordPiece vocabulary {end.Configuration.VocabularySize:N0}), trained from random weights on masked words by Gyre in one process on a CPU.{(model.Matching > 0 ? $" Half of the heads began with seeing equal tokens and the others near ones, with a score of {model.Matching}; positions began as sinusoids." : "")}\n\n");
        EncoderCard.Data(text, end.Digests);
        text.Append(CultureInfo.InvariantCulture, $"{documents.Training.Count:N0} documents ({rows?.Pieces:N0} pieces, {rows?.Tokens:N0} tokens a pass) to learn from, {documents.Validation.Count:N0} held out; {documents.Overlapping:N0} left out because they share eight words in a row with a held-out passage of the questions.\n\n");
        EncoderCard.Training(text, recipe.Loop, recipe.Rows * recipe.Accumulation, end);
        text.Append(CultureInfo.InvariantCulture, $"- {recipe.Masking.Share:P0} of the {(recipe.Masking.WholeWords ? "words" : "tokens")} hidden anew in every pass: {recipe.Masking.Masked:P0} of them behind the mask token, {recipe.Masking.Random:P0} behind another word\n- a held-out hidden word is as uncertain as {Math.Exp(result.BestValidationLoss ?? double.NaN):N0} equally likely ones\n\n![loss](loss.svg)\n\n");
        return text.Append("## Files\n\n`model/` is the model: a base for `kind: answers` and `kind: classifier`, and `gyre embed --model model` reads it. `recipe.yaml` makes it again.\n").ToString();
    }
}
