using Gyre.Models.Catalog;
using Gyre.Models.Tokenizers;
using Gyre.Models.Weights;

namespace Gyre.Models.Conversion;

/// <summary>A model as a GGUF file has it, whatever it is stored as: keys, and tensors that are read row by row.</summary>
/// <remarks>Owns: the model's mapped files, until disposed. Safe for several readers at once.</remarks>
public abstract class GgufSource : IDisposable
{
    /// <summary>GGUF's name of the family: <c>general.architecture</c>.</summary>
    public abstract string Architecture { get; }

    /// <summary>The tensors, in the order in which they are written.</summary>
    public abstract IReadOnlyList<GgufSourceTensor> Tensors { get; }

    /// <summary>Sets every key but the given ones.</summary>
    public abstract void WriteKeys(GgufWriter writer, IReadOnlyCollection<string> except);

    /// <summary>Opens a model of any form.</summary>
    /// <param name="folder">The model.</param>
    /// <param name="withVocabulary">False to write the network alone, for token ids.</param>
    /// <remarks>
    /// Errors: <see cref="ModelException"/> <c>RUN0442</c> a family or a setting that GGUF cannot say, <c>RUN0443</c> a tokenizer
    /// that it cannot say, <c>RUN0444</c> a folder without a tokenizer, and those of the weights, the configuration and the tokenizer.
    /// </remarks>
    public static GgufSource Open(ModelFolder folder, bool withVocabulary = true)
    {
        ArgumentNullException.ThrowIfNull(folder);
        if (folder.Format == ModelFormat.Gguf)
        {
            return OpenFile(folder.WeightFiles[0]);
        }

        if (!withVocabulary)
        {
            return new SafetensorsGgufSource(folder, null);
        }

        return folder.HasTokenizer
            ? new SafetensorsGgufSource(folder, VocabularyKeys.Of(TokenizerLoader.PartsOf(folder.Path)))
            : throw new ModelException(
                "RUN0444",
                $"Convert to GGUF: the model at {WeightErrors.Quote(folder.Path)} has no tokenizer; expected tokenizer.json, tokenizer.model or vocab.json with merges.txt beside its weights. Add one, or write the network alone with --no-vocabulary.");
    }

    /// <summary>Opens the GGUF file that a model is.</summary>
    /// <remarks>Errors: those of <see cref="GgufFile.Open"/>.</remarks>
    public static GgufSource OpenFile(string path) => new GgufFileSource(GgufFile.Open(path));

    /// <inheritdoc />
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Gives the files back.</summary>
    protected abstract void Dispose(bool disposing);
}
