using Gyre.Models.Architectures;
using Gyre.Models.Embeddings;
using Gyre.Models.Tokenizers;
using Microsoft.Extensions.AI;

namespace Gyre.Models.Encoders;

/// <summary>Turns texts into vectors with the model's own prompt, pooling and normalisation.</summary>
/// <remarks>
/// Options: <see cref="EmbeddingGenerationOptions.Dimensions"/> keeps the first numbers of each vector and scales them to
/// length 1 (for models trained so: Kusupati et al. 2022). Additional properties: <c>truncate</c> (true or false, default
/// false: a text that is too long is refused) and <c>prompt_name</c> (one of <see cref="PromptNames"/>).
/// <para>Each vector's additional properties say how many <c>tokens</c> were read and whether the text was <c>truncated</c>.</para>
/// <para>Owns: nothing; it ends with its model. Safe for several threads.</para>
/// <para>Errors: <see cref="ModelException"/> <c>RUN0301</c> a text that is too long, <c>RUN0302</c> ids that cannot be,
/// <c>RUN0604</c> an option that cannot be.</para>
/// </remarks>
public sealed class TextEncoder : ITextEmbedder
{
    private const string Embedding = "Embedding texts";
    private const string Truncate = "truncate";
    private const string PromptName = "prompt_name";
    private readonly string _name;
    private readonly EncoderRunner _runner;
    private readonly SentenceSettings _settings;
    private readonly int _width;

    internal TextEncoder(string name, EncoderRunner runner, ITokenizer tokenizer, SentenceSettings settings)
    {
        (_name, _runner, _settings, Tokenizer) = (name, runner, settings, tokenizer);
        _width = runner.Encoder.WidthOf(EncoderOutput.Hidden);
        MaxTokens = Math.Min(settings.MaxTokens ?? int.MaxValue, runner.MaxTokens);
        Dimensions = settings.Steps.Aggregate(_width * Pooling.Widening(settings.Pooling), (width, step) => step.WidthAfter(width));
    }

    /// <inheritdoc />
    public int Dimensions { get; }

    /// <inheritdoc />
    public int MaxTokens { get; }

    /// <inheritdoc />
    public ITokenizer Tokenizer { get; }

    /// <summary>The names of the texts that the model may have before a text, for example <c>query</c> and <c>passage</c>.</summary>
    public IReadOnlyCollection<string> PromptNames => [.. _settings.Prompts.Keys];

    /// <inheritdoc />
    public Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(
        IEnumerable<string> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(values);
        var texts = values.ToList();
        var (dimensions, isCut, prompt) = Read(options);
        return Task.Run(() => Run(Tokenize(texts, prompt, isCut), dimensions, PooledFrom(prompt), cancellationToken), cancellationToken);
    }

    /// <inheritdoc />
    public Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(IReadOnlyList<IReadOnlyList<int>> sequences, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(sequences);
        var vocabulary = _runner.Encoder.VocabularySize;
        for (var i = 0; i < sequences.Count; i++)
        {
            if (sequences[i].Count > MaxTokens)
            {
                throw EncoderErrors.TooLong(i, sequences[i].Count, MaxTokens);
            }

            if (sequences[i].Count == 0 || sequences[i].Any(id => id < 0 || id >= vocabulary))
            {
                throw new ModelException("RUN0302", $"{Embedding}: sequence {i} is empty or has ids outside 0 to {vocabulary - 1}. Tokenize with the model's own tokenizer.");
            }
        }

        return Task.Run(() => Run([.. sequences.Select(ids => (ids.ToArray(), false))], null, 0, cancellationToken), cancellationToken);
    }

    /// <inheritdoc />
    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return serviceKey is not null ? null
            : serviceType == typeof(EmbeddingGeneratorMetadata) ? new EmbeddingGeneratorMetadata("gyre", null, _name, Dimensions)
            : serviceType.IsInstanceOfType(this) ? this : null;
    }

    /// <summary>Nothing: the model that it belongs to is disposed.</summary>
    public void Dispose()
    {
    }

    private (int? Dimensions, bool IsCut, string Prompt) Read(EmbeddingGenerationOptions? options)
    {
        if (options?.Dimensions is { } dimensions && (dimensions < 1 || dimensions > Dimensions))
        {
            throw EncoderErrors.BadOption(Embedding, $"{dimensions} dimensions were asked for", $"1 to {Dimensions}");
        }

        if (options?.ModelId is { } model && model != _name)
        {
            throw EncoderErrors.BadOption(Embedding, $"model '{model}' was asked for", $"'{_name}' or none");
        }

        var (isCut, promptName) = (false, _settings.DefaultPrompt);
        foreach (var (key, value) in options?.AdditionalProperties ?? [])
        {
            (isCut, promptName) = (key, value) switch
            {
                (Truncate, bool flag) => (flag, promptName),
                (PromptName, string name) when _settings.Prompts.ContainsKey(name) => (isCut, name),
                (Truncate, _) => throw EncoderErrors.BadOption(Embedding, "'truncate' is something else", "true or false"),
                (PromptName, _) => throw EncoderErrors.BadOption(
                    Embedding, $"'prompt_name' is '{value}'", _settings.Prompts.Count == 0 ? "none, for this model has no prompts" : string.Join(", ", _settings.Prompts.Keys)),
                _ => throw EncoderErrors.BadOption(Embedding, $"the property '{key}' is not known", $"{Truncate} or {PromptName}"),
            };
        }

        return (options?.Dimensions, isCut, promptName is null ? "" : _settings.Prompts[promptName]);
    }

    private List<(int[] Ids, bool IsCut)> Tokenize(List<string> texts, string prompt, bool allowsCut)
    {
        var found = new List<(int[], bool)>(texts.Count);
        var ids = new List<int>();
        foreach (var text in texts)
        {
            var read = prompt + text;
            read = _settings.LowerCases ? read.ToLowerInvariant() : read;
            ids.Clear();
            Tokenizer.Encode(read, addSpecialTokens: true, parseSpecialTokens: false, ids);
            var isCut = ids.Count > MaxTokens;
            if (isCut && !allowsCut)
            {
                throw EncoderErrors.TooLong(found.Count, ids.Count, MaxTokens);
            }

            found.Add((isCut ? [.. Tokenizer.EncodePair(read, null, new PairEncodingOptions { MaxTokens = MaxTokens }).Ids] : ids.ToArray(), isCut));
        }

        return found;
    }

    /// <summary>The first token that takes part in the pooling.</summary>
    private int PooledFrom(string prompt)
    {
        if (_settings.PoolsPrompt || prompt.Length == 0)
        {
            return 0;
        }

        // What the vocabulary puts before a text goes with the prompt.
        var (whole, bare) = (new List<int>(), new List<int>());
        Tokenizer.Encode(prompt, addSpecialTokens: true, parseSpecialTokens: false, whole);
        Tokenizer.Encode(prompt, addSpecialTokens: false, parseSpecialTokens: false, bare);
        var before = 0;
        while (before < whole.Count - bare.Count && !whole.Skip(before).Take(bare.Count).SequenceEqual(bare))
        {
            before++;
        }

        return before + bare.Count;
    }

    private GeneratedEmbeddings<Embedding<float>> Run(List<(int[] Ids, bool IsCut)> texts, int? dimensions, int first, CancellationToken cancellationToken)
    {
        var modes = _settings.Pooling;
        var inputs = texts.ConvertAll(text => new EncoderInput(text.Ids, [], first == 0 ? Pooling.RowsOf(modes, text.Ids.Length) : null));
        var vectors = new Embedding<float>[texts.Count];
        _runner.Run(inputs, EncoderOutput.Hidden, Take, cancellationToken);
        return new GeneratedEmbeddings<Embedding<float>>(vectors)
        {
            Usage = new UsageDetails { InputTokenCount = texts.Sum(text => (long)text.Ids.Length), TotalTokenCount = texts.Sum(text => (long)text.Ids.Length) },
        };

        void Take(int index, ReadOnlySpan<float> rows)
        {
            var vector = new float[_width * Pooling.Widening(modes)];
            Pooling.Pool(modes, rows, _width, first, vector);
            foreach (var step in _settings.Steps)
            {
                vector = step.Apply(vector);
            }

            if (dimensions is { } kept && kept < vector.Length)
            {
                vector = vector[..kept];
                NormaliseStep.ToLengthOne(vector);
            }

            vectors[index] = new Embedding<float>(vector)
            {
                ModelId = _name,
                AdditionalProperties = new AdditionalPropertiesDictionary { ["tokens"] = texts[index].Ids.Length, ["truncated"] = texts[index].IsCut },
            };
        }
    }
}
