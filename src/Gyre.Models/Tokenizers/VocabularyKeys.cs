using Gyre.Models.Architectures;
using Gyre.Models.Weights;

namespace Gyre.Models.Tokenizers;

/// <summary>Writes a vocabulary as the <c>tokenizer.ggml.*</c> keys: the other direction of <see cref="GgufTokenizerLoader"/>.</summary>
/// <remarks>Source: the keys as llama.cpp v0.5.0 reads them.</remarks>
internal sealed class VocabularyKeys
{
    private const string Prefix = "tokenizer.ggml.";
    private readonly TokenizerParts _parts;
    private readonly VocabularyExport _export;

    private VocabularyKeys(TokenizerParts parts, VocabularyExport export)
    {
        _parts = parts;
        _export = export;
    }

    /// <summary>What is to be written of a tokenizer.</summary>
    /// <remarks>Errors: RUN0443 for one that GGUF cannot say.</remarks>
    public static VocabularyKeys Of(TokenizerParts parts)
    {
        var export = parts.Export ?? new VocabularyExport { Model = "", Fault = "it is of a kind that GGUF files do not have" };
        var fault = export.Fault ?? (export.Model == "gpt2" && export.PreTokenizer is null ? "GGUF has no name for the way it cuts text before merging" : null);
        return fault is null ? new VocabularyKeys(parts, export) : throw new ModelException(
            "RUN0443",
            $"Convert to GGUF: the tokenizer of {parts.Vocabulary.Source} cannot be written: {fault}; expected byte-level BPE, SentencePiece BPE or Unigram as GGUF knows them. Keep the safetensors files, or write the network alone with --no-vocabulary.");
    }

    /// <summary>Sets the keys; without a vocabulary those that say so.</summary>
    public static void Write(GgufWriter writer, VocabularyKeys? vocabulary, DecoderConfiguration configuration)
    {
        if (vocabulary is null)
        {
            writer.SetString(Prefix + "model", "none");
            SetId(writer, "bos_token_id", configuration.BeginTokenId);
            SetId(writer, "eos_token_id", configuration.EndTokenIds.Count > 0 ? configuration.EndTokenIds[0] : null);
            return;
        }

        vocabulary.Write(writer, configuration);
    }

    private void Write(GgufWriter writer, DecoderConfiguration configuration)
    {
        var tokens = _parts.Vocabulary;
        var count = Math.Max(tokens.Count, configuration.VocabularySize);
        var (texts, kinds) = (new string[count], new int[count]);
        for (var id = 0; id < count; id++)
        {
            var isHole = id >= tokens.Count || tokens.KindOf(id) == TokenKind.Hole;
            texts[id] = isHole ? $"[PAD{id}]" : tokens[id];
            kinds[id] = isHole ? 5 : NumberOf(tokens.KindOf(id));
        }

        foreach (var added in _parts.AddedTokens)
        {
            kinds[added.Id] = added.IsSpecial ? 3 : kinds[added.Id] is 1 ? 4 : kinds[added.Id];
        }

        writer.SetString(Prefix + "model", _export.Model)
            .SetString(Prefix + "pre", _export.PreTokenizer ?? "default")
            .SetStrings(Prefix + "tokens", texts)
            .SetInt32s(Prefix + "token_type", kinds);
        if (_export.Scores.Count > 0)
        {
            // Ids beyond the model's own take no part in it.
            writer.SetFloats(Prefix + "scores", [.. _export.Scores, .. Enumerable.Repeat(-10_000f, count - _export.Scores.Count)]);
        }

        if (_export.Model == "gpt2")
        {
            writer.SetStrings(Prefix + "merges", _export.Merges);
        }

        if (_export.Charsmap.Length > 0)
        {
            writer.SetBytes(Prefix + "precompiled_charsmap", _export.Charsmap);
        }

        var begin = _parts.BeginId ?? configuration.BeginTokenId;
        SetId(writer, "bos_token_id", begin);
        SetId(writer, "eos_token_id", End(configuration));
        SetId(writer, "unknown_token_id", _export.UnknownId);
        writer.SetBoolean(Prefix + "add_bos_token", _parts.Prefix.Count > 0)
            .SetBoolean(Prefix + "add_eos_token", _parts.Suffix.Count > 0);
        if (_export.Model is "llama" or "t5" || _export.AddsSpacePrefix)
        {
            writer.SetBoolean(Prefix + "add_space_prefix", _export.AddsSpacePrefix);
        }

        if (_export.Model is "llama" or "t5")
        {
            writer.SetBoolean(Prefix + "remove_extra_whitespaces", _export.RemovesExtraSpaces);
        }
    }

    /// <summary>What is put behind a text, or else the first end of the configuration or the vocabulary.</summary>
    private int? End(DecoderConfiguration configuration) => _parts.Suffix.Count > 0 ? _parts.Suffix[^1]
        : configuration.EndTokenIds.Count > 0 ? configuration.EndTokenIds[0]
        : _parts.EndIds.Count > 0 ? _parts.EndIds[0] : null;

    private static int NumberOf(TokenKind kind) => kind switch
    {
        TokenKind.Unknown => 2,
        TokenKind.Control => 3,
        TokenKind.UserDefined => 4,
        TokenKind.Unused or TokenKind.Hole => 5,
        TokenKind.Byte => 6,
        _ => 1,
    };

    private static void SetId(GgufWriter writer, string key, int? id)
    {
        if (id is { } value)
        {
            writer.SetUInt32(Prefix + key, (uint)value);
        }
    }
}
