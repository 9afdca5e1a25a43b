using System.Text;

namespace Gyre.Models.Tokenizers;

/// <summary>Reads a byte-level vocabulary kept as a token → id object and a list of merges.</summary>
internal static class VocabularyFilesLoader
{
    /// <summary>Joins a vocabulary and its merges.</summary>
    /// <param name="vocabularyPath"><c>vocab.json</c> or <c>encoder.json</c>.</param>
    /// <param name="mergesPath"><c>merges.txt</c> or <c>vocab.bpe</c>.</param>
    /// <param name="configuration">What the folder says about special tokens.</param>
    /// <param name="preTokenizer">The pre-tokenisation by name; null to take it from the configuration or the vocabulary.</param>
    public static TokenizerParts Load(string vocabularyPath, string mergesPath, TokenizerConfiguration configuration, string? preTokenizer)
    {
        var vocabulary = new Vocabulary(vocabularyPath, 65_536);
        using (var document = JsonVocabulary.Parse(TokenizerFiles.Read(vocabularyPath, JsonVocabulary.MaxBytes), vocabularyPath))
        {
            JsonVocabulary.AddTo(vocabulary, document.RootElement, "the vocabulary");
            JsonVocabulary.CheckDensity(vocabulary, document.RootElement.EnumerateObject().Count());
        }

        var mergesText = Encoding.UTF8.GetString(TokenizerFiles.Read(mergesPath, JsonVocabulary.MaxBytes));
        var merges = new MergeList(vocabulary, vocabulary.Count);
        merges.AddLines(mergesText);

        if (preTokenizer is null && ClipParts.Is(vocabulary))
        {
            return ClipParts.Build(vocabulary, merges.Table, ClipParts.AddedTokens(vocabulary));
        }

        var name = preTokenizer ?? NameOf(configuration.Class) ?? ByteLevelParts.GuessPreTokenizer(vocabulary);
        var added = AddedTokens(vocabulary, Path.GetDirectoryName(vocabularyPath) ?? ".", configuration);
        foreach (var token in added)
        {
            vocabulary.Add(token.Content, token.Id, token.IsSpecial ? TokenKind.Control : TokenKind.UserDefined);
            vocabulary.SetKind(token.Id, token.IsSpecial ? TokenKind.Control : TokenKind.UserDefined);
        }

        var begin = configuration.Begin is { } text ? vocabulary.Find(text) : configuration.BeginId;
        var end = configuration.End is { } endText ? vocabulary.Find(endText) : null;
        var roberta = IsRoberta(configuration.Class) && vocabulary.Find("<s>") is { } s && vocabulary.Find("</s>") is { } e
            ? new { Prefix = (int[])[s], Suffix = (int[])[e], Template = SequenceTemplate.Roberta(s, e) }
            : null;
        return new TokenizerParts
        {
            Vocabulary = vocabulary,
            Bytes = ByteLevelParts.BytesOf(vocabulary, added.Select(token => token.Id)),
            WordEncoder = new ByteWordEncoder(vocabulary, merges.Table, Scanning.PreTokenizers.TakesWholePieces(name)),
            AddedTokens = added,
            Stages = ByteLevelParts.Stages(name),
            Prefix = configuration.AddsBegin == true && begin is { } first ? [first] : roberta?.Prefix ?? [],
            Suffix = configuration.AddsEnd == true && end is { } last ? [last] : roberta?.Suffix ?? [],
            Template = roberta?.Template,
            Export = new VocabularyExport
            {
                Model = "gpt2",
                PreTokenizer = name,
                Merges = [.. mergesText.Split('\n').Select(line => line.TrimEnd('\r')).Where((line, i) => line.Length > 0 && !(i == 0 && line.StartsWith("#version", StringComparison.Ordinal)))],
            },
            TrimsSpans = roberta is not null,
            BeginId = begin is { } id && id < vocabulary.Count ? id : null,
            EndIds = SpecialTokenNames.EndIds(
                vocabulary,
                [end, .. configuration.EndIds.Select(endId => (int?)endId)],
                added.Where(token => token.IsSpecial).Select(token => token.Id)),
        };
    }

    private static string? NameOf(string tokenizerClass) => tokenizerClass switch
    {
        "Qwen2Tokenizer" or "Qwen2TokenizerFast" => "qwen2",
        "GPT2Tokenizer" or "GPT2TokenizerFast" or "CodeGenTokenizer" or "CodeGenTokenizerFast" or "GPTNeoXTokenizer" => "gpt-2",
        _ when IsRoberta(tokenizerClass) => "gpt-2",
        _ => null,
    };

    private static bool IsRoberta(string tokenizerClass) =>
        tokenizerClass.Replace("Fast", "", StringComparison.Ordinal) is "RobertaTokenizer" or "BartTokenizer" or "LongformerTokenizer" or "LEDTokenizer";

    private static List<AddedToken> AddedTokens(Vocabulary vocabulary, string folder, TokenizerConfiguration configuration)
    {
        var added = configuration.AddedTokens.ToList();
        var known = added.Select(token => token.Id).ToHashSet();
        var path = Path.Combine(folder, "added_tokens.json");
        if (File.Exists(path))
        {
            using var document = JsonVocabulary.Parse(TokenizerFiles.Read(path, JsonVocabulary.MaxBytes), path);
            var tokens = new Vocabulary(path, 16);
            JsonVocabulary.AddTo(tokens, document.RootElement, "the added tokens");
            added.AddRange(Enumerable.Range(0, tokens.Count)
                .Where(id => tokens.KindOf(id) != TokenKind.Hole && known.Add(id))
                .Select(id => new AddedToken(id, tokens[id], IsSpecial: true)));
        }

        // Names such as <|endoftext|> inside the vocabulary are control tokens even where no file says so.
        for (var id = 0; id < vocabulary.Count; id++)
        {
            var token = vocabulary[id];
            var isDeclared = (IsRoberta(configuration.Class) && token is "<s>" or "<pad>" or "</s>" or "<unk>" or "<mask>") || token == configuration.Begin || token == configuration.End || SpecialTokenNames.EndsGeneration(token);
            if (isDeclared && token.Length > 0 && known.Add(id))
            {
                added.Add(new AddedToken(id, token, IsSpecial: true, StripsLeft: token == "<mask>"));
            }
        }

        return added;
    }
}
