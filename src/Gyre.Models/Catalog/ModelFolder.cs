using System.Text.Json.Nodes;
using Gyre.Models.Tokenizers;
using Gyre.Models.Weights;

namespace Gyre.Models.Catalog;

/// <summary>The parts of one model on disk: where its weights, configuration, tokenizer and template are.</summary>
/// <remarks>
/// <para>A snapshot taken when it was opened; immutable. A part that is absent is null. A GGUF model keeps its
/// configuration, vocabulary and template inside the file, so the other paths are null unless they lie beside it in a
/// folder of its own.</para>
/// <para>Owns: nothing; <see cref="OpenWeights"/> gives the caller something to dispose.</para>
/// </remarks>
public sealed class ModelFolder
{
    private const string GgufSuffix = ".gguf";

    private ModelFolder(string path, string folder, ModelFormat format, string[] weightFiles, bool hasSideFiles)
    {
        Path = path;
        Format = format;
        WeightFiles = weightFiles;
        if (!hasSideFiles)
        {
            return;
        }

        ConfigPath = Find("config.json");
        GenerationConfigPath = Find("generation_config.json");
        TokenizerJsonPath = Find("tokenizer.json");
        HasPairedTokenizer = PairedTokenizer.IsIn(folder);
        SentencePiecePath = Find("tokenizer.model") ?? Find("spiece.model");
        VocabularyPath = Find("vocab.json") ?? Find("vocab.txt");
        MergesPath = Find("merges.txt");
        TokenizerConfigPath = Find("tokenizer_config.json");
        SpecialTokensPath = Find("special_tokens_map.json");
        ChatTemplatePath = Find("chat_template.jinja") ?? Find("chat_template.json");

        string? Find(string name)
        {
            var candidate = System.IO.Path.Combine(folder, name);
            return File.Exists(candidate) ? candidate : null;
        }
    }

    /// <summary>The folder, or the GGUF file that was named.</summary>
    public string Path { get; }

    /// <summary>What the weights are stored as.</summary>
    public ModelFormat Format { get; }

    /// <summary>The files that hold the weights, sorted by name; never empty.</summary>
    public IReadOnlyList<string> WeightFiles { get; }

    /// <summary><c>config.json</c>; never null for safetensors.</summary>
    public string? ConfigPath { get; }

    /// <summary><c>generation_config.json</c>.</summary>
    public string? GenerationConfigPath { get; }

    /// <summary><c>tokenizer.json</c>.</summary>
    public string? TokenizerJsonPath { get; }

    /// <summary><c>source_tokenizer.json</c> and <c>target_tokenizer.json</c> are there: one tokenizer a language.</summary>
    public bool HasPairedTokenizer { get; }

    /// <summary><c>tokenizer.model</c> or <c>spiece.model</c>: a SentencePiece vocabulary.</summary>
    public string? SentencePiecePath { get; }

    /// <summary><c>vocab.json</c>, or the <c>vocab.txt</c> of WordPiece.</summary>
    public string? VocabularyPath { get; }

    /// <summary><c>merges.txt</c>.</summary>
    public string? MergesPath { get; }

    /// <summary><c>tokenizer_config.json</c>.</summary>
    public string? TokenizerConfigPath { get; }

    /// <summary><c>special_tokens_map.json</c>.</summary>
    public string? SpecialTokensPath { get; }

    /// <summary><c>chat_template.jinja</c>, or the older <c>chat_template.json</c>.</summary>
    public string? ChatTemplatePath { get; }

    /// <summary>True when a vocabulary is there; a GGUF file is expected to hold its own.</summary>
    public bool HasTokenizer =>
        Format == ModelFormat.Gguf || TokenizerJsonPath is not null || HasPairedTokenizer || SentencePiecePath is not null || VocabularyPath is not null;

    /// <summary>The bytes of all weight files.</summary>
    public long WeightBytes => WeightFiles.Sum(file => new FileInfo(file).Length);

    /// <summary>Looks at a safetensors folder, a folder with one GGUF file, a GGUF file or a safetensors file.</summary>
    /// <remarks>
    /// Errors: <see cref="ModelException"/> RUN0020 when the path does not exist, RUN0021 when weights or
    /// <c>config.json</c> are missing or several GGUF files leave a choice, RUN0005 when a shard index is wrong. The weights
    /// themselves are checked by <see cref="OpenWeights"/>.
    /// </remarks>
    public static ModelFolder Open(string path)
    {
        if (File.Exists(path))
        {
            var folderOfFile = System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(path)) ?? path;
            return path.EndsWith(GgufSuffix, StringComparison.OrdinalIgnoreCase)
                ? new ModelFolder(path, folderOfFile, ModelFormat.Gguf, [path], hasSideFiles: false)
                : path.EndsWith(SafetensorsFolder.FileSuffix, StringComparison.OrdinalIgnoreCase)
                    ? Complete(new ModelFolder(path, folderOfFile, ModelFormat.Safetensors, [path], hasSideFiles: true))
                    : throw CatalogErrors.Incomplete(path, "weights: it is not a .gguf or .safetensors file", "Name the model's folder or its .gguf file.");
        }

        if (!Directory.Exists(path))
        {
            throw CatalogErrors.NotFound(path, System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(path)) ?? path, []);
        }

        var safetensors = SafetensorsFolder.FindFiles(path);
        if (safetensors.FirstOrDefault(file => !File.Exists(file)) is { } missing)
        {
            throw CatalogErrors.Incomplete(path, "shard " + WeightErrors.Quote(System.IO.Path.GetFileName(missing)), "Fetch the model again: 'gyre pull' resumes.");
        }

        if (safetensors.Count > 0)
        {
            return Complete(new ModelFolder(path, path, ModelFormat.Safetensors, [.. safetensors], hasSideFiles: true));
        }

        var gguf = Directory.GetFiles(path, "*" + GgufSuffix).Order(StringComparer.Ordinal).ToArray();
        return gguf.Length switch
        {
            0 => throw CatalogErrors.Incomplete(path, "weights", "Fetch the model again, or name another folder."),
            1 => new ModelFolder(path, path, ModelFormat.Gguf, gguf, hasSideFiles: true),
            _ => throw CatalogErrors.Incomplete(path, $"single set of weights among {gguf.Length} GGUF files", "Name one of the files."),
        };
    }

    /// <summary>Maps the weights into memory and checks them.</summary>
    /// <remarks>Owns: the caller disposes the result. Errors: those of <see cref="SafetensorsFolder.Open"/> and <see cref="GgufFile.Open"/>.</remarks>
    public IWeightSource OpenWeights() => Format switch
    {
        ModelFormat.Gguf => GgufFile.Open(WeightFiles[0]),
        _ when File.Exists(Path) => SafetensorsFile.Open(Path),
        _ => SafetensorsFolder.Open(Path),
    };

    /// <summary>The chat template's text, or null for a base model.</summary>
    /// <remarks>
    /// Looked for in <c>chat_template.jinja</c>, <c>chat_template.json</c>, <c>tokenizer_config.json</c> (the template named
    /// <c>default</c> where there are several) and the GGUF key <c>tokenizer.chat_template</c>, in that order.
    /// Errors: RUN0022 when a file that should hold it is malformed.
    /// </remarks>
    public string? ReadChatTemplate()
    {
        if (ChatTemplatePath is not null)
        {
            return ChatTemplatePath.EndsWith(".jinja", StringComparison.Ordinal)
                ? SmallFile.ReadText(ChatTemplatePath)
                : TemplateOf(ChatTemplatePath);
        }

        if (TokenizerConfigPath is not null && TemplateOf(TokenizerConfigPath) is { } template)
        {
            return template;
        }

        if (Format != ModelFormat.Gguf)
        {
            return null;
        }

        using var file = GgufFile.Open(WeightFiles[0]);
        return file.Metadata.TryGetString("tokenizer.chat_template", out var stored) ? stored : null;
    }

    private static string? TemplateOf(string path)
    {
        const string Expected = "chat_template as text, or as a list of {name, template}";
        switch (SmallFile.ReadJson(path)["chat_template"])
        {
            case null:
                return null;
            case JsonValue value when value.TryGetValue<string>(out var text):
                return text;
            case JsonArray list:
                var byName = new Dictionary<string, string>(StringComparer.Ordinal);
                foreach (var item in list)
                {
                    if (item is not JsonObject entry
                        || entry["name"] is not JsonValue name || !name.TryGetValue<string>(out var key)
                        || entry["template"] is not JsonValue body || !body.TryGetValue<string>(out var text))
                    {
                        throw CatalogErrors.Malformed(path, "an entry of chat_template is malformed", Expected);
                    }

                    byName[key] = text;
                }

                return byName.TryGetValue("default", out var template)
                    ? template
                    : throw CatalogErrors.Malformed(path, $"chat_template has {byName.Count} entries and none named default", Expected);
            default:
                throw CatalogErrors.Malformed(path, "chat_template is neither text nor a list", Expected);
        }
    }

    private static ModelFolder Complete(ModelFolder model) =>
        model.ConfigPath is not null
            ? model
            : throw CatalogErrors.Incomplete(model.Path, "config.json", "Fetch the model again, or convert it to the Hugging Face layout.");
}
