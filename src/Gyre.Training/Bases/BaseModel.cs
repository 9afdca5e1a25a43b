using Gyre.Models;
using Gyre.Models.Architectures;
using Gyre.Models.Catalog;
using Gyre.Models.Templates;
using Gyre.Models.Tokenizers;
using Gyre.Models.Weights;
using Gyre.Tensors;
using Gyre.Tensors.Quantization;

namespace Gyre.Training.Bases;

/// <summary>The model that a job starts from: its files, its shape, its vocabulary and its template.</summary>
/// <remarks>Owns: its mapped weights, until disposed.</remarks>
internal sealed class BaseModel : IDisposable
{
    private BaseModel(ModelFolder folder, IWeightSource weights, DecoderConfiguration configuration, ITokenizer tokenizer, ChatTemplate? template)
    {
        Folder = folder;
        Weights = weights;
        Configuration = configuration;
        Tokenizer = tokenizer;
        Conversations = new ConversationEncoder(tokenizer, template);
    }

    /// <summary>Where its parts are.</summary>
    public ModelFolder Folder { get; }

    public IWeightSource Weights { get; }

    public DecoderConfiguration Configuration { get; }

    public ITokenizer Tokenizer { get; }

    /// <summary>Its template applied to conversations.</summary>
    public ConversationEncoder Conversations { get; }

    /// <summary>SHA-256 of its weights.</summary>
    public Task<string> DigestAsync(CancellationToken cancellationToken) => ModelDigest.ComputeAsync(Folder, cancellationToken);

    /// <summary>Opens a model that continues text.</summary>
    /// <param name="path">A safetensors folder, a folder with one GGUF file, or a GGUF file.</param>
    /// <remarks>Errors: TRN0301 with the reason when it is missing, is no decoder, or has no vocabulary.</remarks>
    public static BaseModel Open(string path)
    {
        IWeightSource? weights = null;
        try
        {
            var folder = ModelFolder.Open(path);
            var configuration = ModelLoader.ReadConfiguration(folder);
            var tokenizer = ModelLoader.LoadTokenizer(path);
            var template = folder.ReadChatTemplate() is { } source ? ChatTemplate.Parse(source) : null;
            weights = folder.OpenWeights();
            return tokenizer.VocabularySize <= configuration.VocabularySize
                ? new BaseModel(folder, weights, configuration, tokenizer, template)
                : throw new TrainingException("TRN0301", $"Opening the base model '{path}' failed: its tokenizer has {tokenizer.VocabularySize} tokens and the network only {configuration.VocabularySize}; expected a network with at least as many. The tokenizer belongs to another model.");
        }
        catch (ModelException error)
        {
            weights?.Dispose();
            throw new TrainingException("TRN0301", $"Opening the base model failed: {error.Message} Check 'base': a folder, a GGUF file or an installed model that continues text.", error);
        }
        catch
        {
            weights?.Dispose();
            throw;
        }
    }

    /// <summary>The model in float32, to be trained, or encoded, to train an adapter over it.</summary>
    /// <remarks>Owns: the caller disposes the result. Errors: TRN0301 when weights are missing or misshapen.</remarks>
    public TrainableDecoder Load(TensorPool pool, FrozenFormat? frozen = null)
    {
        try
        {
            return TrainableDecoder.FromWeights(Weights, Configuration, pool, frozen);
        }
        catch (ModelException error)
        {
            throw new TrainingException("TRN0301", $"Loading the base model failed: {error.Message} Check 'base'.", error);
        }
    }

    public void Dispose() => Weights.Dispose();
}
