namespace Gyre.Models.Architectures;

/// <summary>A loaded decoder-only model that predicts the next token. Weights are shared by all its sessions.</summary>
/// <remarks>Owns: the packed weights and the memory of keys and values, until disposed. Sessions may be created from any thread.</remarks>
public interface IDecoder : IDisposable
{
    /// <summary>The number of logits per position.</summary>
    int VocabularySize { get; }

    /// <summary>The longest sequence a session can hold, prompt and answer together.</summary>
    int ContextLength { get; }

    /// <summary>The longest sequence that the model was made for; <see cref="ContextLength"/> is less where the memory for keys and values holds less.</summary>
    int ModelContextLength => ContextLength;

    /// <summary>The most tokens of one batch.</summary>
    int MaxBatchTokens => ContextLength;

    /// <summary>The most tokens that all sessions together can hold; parts that sequences share count once.</summary>
    long MaxCachedTokens => long.MaxValue;

    /// <summary>Tokens that sessions can still be given room for, at the expense of kept beginnings.</summary>
    long FreeCachedTokens => long.MaxValue;

    /// <summary>Bytes that the keys and values of a token take.</summary>
    long CacheBytesPerToken => 0;

    /// <summary>The names of the loaded adapters, sorted.</summary>
    IReadOnlyList<string> Adapters => [];

    /// <summary>Loads an adapter in PEFT's form beside the base; running sessions go on meanwhile.</summary>
    /// <param name="name">What sessions call it.</param>
    /// <param name="folder">Holds <c>adapter_config.json</c> and <c>adapter_model.safetensors</c>, or one folder that does.</param>
    /// <remarks>
    /// <para>Errors: <see cref="ModelException"/> <c>RUN0420</c> a faulty or missing configuration, <c>RUN0421</c> a kind or
    /// setting that is not computed, <c>RUN0422</c> tensors that do not fit this base, <c>RUN0424</c> a name that is
    /// taken, too many adapters, or no memory left for them, <c>RUN0015</c> numbers that are not finite, and those of a
    /// damaged file.</para>
    /// <para>Cost: reads the adapter once; for DoRA also the weights that it changes.</para>
    /// </remarks>
    void LoadAdapter(string name, string folder) =>
        throw new ModelException("RUN0421", $"Load adapter '{name}': this model computes with none. Merge the adapter into its base.");

    /// <summary>Lets no new session use an adapter; it is freed when the last one that does ends.</summary>
    /// <returns>False when none of that name is loaded.</returns>
    bool UnloadAdapter(string name) => false;

    /// <summary>Opens a session whose tokens run through an adapter.</summary>
    /// <param name="maxTokens">As for <see cref="CreateSession(int)"/>.</param>
    /// <param name="adapter">The name of a loaded adapter; null for the base alone.</param>
    /// <remarks>
    /// <para>Owns: the caller disposes the session.</para>
    /// <para>Errors: as <see cref="CreateSession(int)"/>, and <see cref="ModelException"/> <c>RUN0423</c> for an adapter that is not loaded.</para>
    /// </remarks>
    IDecoderSession CreateSession(int maxTokens, string? adapter) =>
        adapter is null ? CreateSession(maxTokens) : throw Gyre.Models.Adapters.AdapterErrors.Unknown(adapter, Adapters);

    /// <summary>Opens a session with its own key–value cache.</summary>
    /// <param name="maxTokens">How many tokens the session must be able to hold, at most <see cref="ContextLength"/>.</param>
    /// <remarks>
    /// <para>Owns: the caller disposes the session.</para>
    /// <para>Errors: <see cref="ModelException"/> <c>RUN0404</c> more tokens than the context holds.</para>
    /// </remarks>
    IDecoderSession CreateSession(int maxTokens);

    /// <summary>Runs new tokens of several sequences together.</summary>
    /// <param name="batch">At most <see cref="MaxBatchTokens"/> tokens; receives the logits.</param>
    /// <remarks>
    /// <para>Errors: as <see cref="IDecoderSession.Forward"/>, before anything was run; logits that are not finite are
    /// no error here (see <see cref="DecoderBatch.IsFinite"/>).</para>
    /// <para>Cost: weights are read once for all tokens; no managed allocation after the first calls.</para>
    /// </remarks>
    void Forward(DecoderBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        batch.RunSingly(VocabularySize);
    }
}
