using Gyre.Models.Weights;

namespace Gyre.Models.Tokenizers;

/// <summary>Writes a vocabulary as the <c>tokenizer.ggml.*</c> keys: the other direction of <see cref="GgufTokenizerLoader"/>.</summary>
/// <remarks>Source: the keys as llama.cpp v0.5.0 reads them.</remarks>
internal sealed class VocabularyKeys
{
    private const string Prefix = "tokenizer.ggml.";
    private const string Space = "\u2581";
    private const int Normal = 1;
    private const int Control = 3;
    private const int UserDefined = 4;
    private const int Unused = 5;
    private readonly TokenizerParts _parts;
    private readonly VocabularyExport _export;

    private VocabularyKeys(TokenizerParts parts, VocabularyExport export)
    {
        _parts = parts;
        _export = export;
    }

    private bool IsWordPiece => _export.Model == "bert";

    /// <summary>What is to be written of a tokenizer.</summary>
    /// <remarks>Errors: RUN0443 for one that GGUF cannot say.</remarks>
    public static VocabularyKeys Of(TokenizerParts parts)
    {
        var export = parts.Export ?? new VocabularyExport { Model = "", Fault = "it is of a kind that GGUF files do not have" };
        var fault = export.Fault
            ?? (export.Model == "gpt2" && export.PreTokenizer is null ? "GGUF has no name for the way it cuts text before merging" : null)
            ?? (export.Model == "bert" && (parts.Prefix.Count != 1 || parts.Suffix.Count != 1) ? "it does not put one token before and one behind a text, as WordPiece of GGUF files does" : null);
        return fault is null ? new VocabularyKeys(parts, export) : throw Refused(parts, fault);
    }

    private static ModelException Refused(TokenizerParts parts, string fault) => new(
        "RUN0443",
        $"Convert to GGUF: the tokenizer of {parts.Vocabulary.Source} cannot be written: {fault}; expected byte-level BPE, SentencePiece BPE, Unigram or WordPiece as GGUF knows them. Keep the safetensors files, or write the network alone with --no-vocabulary.");

    /// <summary>Sets the keys; without a vocabulary those that say so.</summary>
    public static void Write(GgufWriter writer, VocabularyKeys? vocabulary, VocabularyFrame frame)
    {
        if (frame.TokenTypes is { } types)
        {
            writer.SetUInt32(Prefix + "token_type_count", (uint)types);
        }

        if (vocabulary is null)
        {
            writer.SetString(Prefix + "model", "none");
            SetId(writer, "bos_token_id", frame.Begin);
            SetId(writer, "eos_token_id", frame.Ends.Count > 0 ? frame.Ends[0] : null);
            SetId(writer, "padding_token_id", frame.Padding);
            return;
        }

        vocabulary.Write(writer, frame);
    }

    private void Write(GgufWriter writer, VocabularyFrame frame)
    {
        writer.SetString(Prefix + "model", _export.Model).SetString(Prefix + "pre", PreTokenizer());
        WriteTokens(writer, Math.Max(_parts.Vocabulary.Count, frame.Tokens));
        if (_export.Model == "gpt2")
        {
            writer.SetStrings(Prefix + "merges", _export.Merges);
        }

        if (_export.Charsmap.Length > 0)
        {
            writer.SetBytes(Prefix + "precompiled_charsmap", _export.Charsmap);
        }

        SetId(writer, "bos_token_id", _parts.Prefix.Count > 0 ? _parts.Prefix[0] : _parts.BeginId ?? frame.Begin);
        SetId(writer, "eos_token_id", End(frame));
        SetId(writer, "unknown_token_id", _export.UnknownId);
        SetId(writer, "padding_token_id", frame.Padding);
        writer.SetBoolean(Prefix + "add_bos_token", _parts.Prefix.Count > 0)
            .SetBoolean(Prefix + "add_eos_token", _parts.Suffix.Count > 0 || (frame.EndsTexts && End(frame) is not null));
        WriteSeparator(writer);
        if (_export.Model is "llama" or "t5" || _export.AddsSpacePrefix)
        {
            writer.SetBoolean(Prefix + "add_space_prefix", _export.AddsSpacePrefix);
        }

        if (_export.Model is "llama" or "t5")
        {
            writer.SetBoolean(Prefix + "remove_extra_whitespaces", _export.RemovesExtraSpaces);
        }

        if (_export.KeepsLeadingSpace)
        {
            writer.SetBoolean(GgufTokenizerLoader.KeepsLeadingSpace, true);
        }

        if (IsWordPiece)
        {
            writer.SetBoolean(Prefix + "normalizer.lowercase", _export.LowersCase)
                .SetBoolean(Prefix + "normalizer.strip_accents", _export.StripsAccents);
        }
    }

    /// <summary>Byte-level BPE that doubles the separator between two texts has a name of its own.</summary>
    private string PreTokenizer() => _export.PreTokenizer == "gpt-2" && DoublesSeparator() ? "roberta-bpe" : _export.PreTokenizer ?? "default";

    private bool DoublesSeparator() => _parts.Template?.DoublesSeparator == true;

    private void WriteTokens(GgufWriter writer, int count)
    {
        var tokens = _parts.Vocabulary;
        var (texts, kinds) = (new string[count], new int[count]);
        for (var id = 0; id < count; id++)
        {
            var isHole = id >= tokens.Count || tokens.KindOf(id) == TokenKind.Hole;
            texts[id] = isHole ? $"[PAD{id}]" : tokens[id];
            kinds[id] = isHole ? Unused : NumberOf(tokens.KindOf(id));
        }

        foreach (var added in _parts.AddedTokens)
        {
            kinds[added.Id] = added.IsSpecial ? Control : kinds[added.Id] is Normal ? UserDefined : kinds[added.Id];
        }

        if (IsWordPiece)
        {
            for (var id = 0; id < count; id++)
            {
                texts[id] = kinds[id] is Normal or UserDefined ? Marked(texts[id]) : texts[id];
            }
        }

        RequireDifferent(texts);
        writer.SetStrings(Prefix + "tokens", texts).SetInt32s(Prefix + "token_type", kinds);
        if (_export.Scores.Count > 0)
        {
            // Ids beyond the model's own take no part in it.
            writer.SetFloats(Prefix + "scores", [.. _export.Scores, .. Enumerable.Repeat(-10_000f, count - _export.Scores.Count)]);
        }
    }

    /// <summary>Readers find ids by their texts; llama.cpp ends the process on two that are alike.</summary>
    private void RequireDifferent(string[] texts)
    {
        var ids = new Dictionary<string, int>(texts.Length, StringComparer.Ordinal);
        for (var id = 0; id < texts.Length; id++)
        {
            if (!ids.TryAdd(texts[id], id))
            {
                throw Refused(_parts, $"the ids {ids[texts[id]]} and {id} are both spelled {WeightErrors.Quote(texts[id])} there");
            }
        }
    }

    /// <summary>GGUF marks what begins a word instead of what continues one.</summary>
    private string Marked(string token) => token.StartsWith(_export.Continuation, StringComparison.Ordinal) ? token[_export.Continuation.Length..] : Space + token;

    /// <summary>Encoders have a separator; RoBERTa's pairs have it twice, and BERT's end says it already.</summary>
    private void WriteSeparator(GgufWriter writer)
    {
        if (_parts.Suffix.Count == 0 || !(IsWordPiece || DoublesSeparator()))
        {
            return;
        }

        SetId(writer, "seperator_token_id", _parts.Suffix[^1]); // So the key is spelled.
        SetId(writer, "cls_token_id", _parts.Prefix.Count > 0 ? _parts.Prefix[0] : null);
        SetId(writer, "mask_token_id", _parts.Vocabulary.Find(IsWordPiece ? "[MASK]" : "<mask>"));
        writer.SetBoolean(Prefix + "add_sep_token", DoublesSeparator());
    }

    /// <summary>What is put behind a text, or else the first end of the configuration or the vocabulary.</summary>
    private int? End(VocabularyFrame frame) => _parts.Suffix.Count > 0 ? _parts.Suffix[^1]
        : frame.Ends.Count > 0 ? frame.Ends[0]
        : _parts.EndIds.Count > 0 ? _parts.EndIds[0] : null;

    private static int NumberOf(TokenKind kind) => kind switch
    {
        TokenKind.Unknown => 2,
        TokenKind.Control => Control,
        TokenKind.UserDefined => UserDefined,
        TokenKind.Unused or TokenKind.Hole => Unused,
        TokenKind.Byte => 6,
        _ => Normal,
    };

    private static void SetId(GgufWriter writer, string key, int? id)
    {
        if (id is { } value)
        {
            writer.SetUInt32(Prefix + key, (uint)value);
        }
    }
}
