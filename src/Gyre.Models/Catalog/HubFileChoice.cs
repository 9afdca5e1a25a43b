using System.IO.Enumeration;

namespace Gyre.Models.Catalog;

/// <summary>Which of a model's files are fetched: weights, configuration and tokenizer of its top folder, nothing else.</summary>
internal static class HubFileChoice
{
    /// <summary>The small files that a model may have beside its weights.</summary>
    public static readonly IReadOnlyList<string> SideFiles =
    [
        "config.json", "generation_config.json", "tokenizer.json", "tokenizer.model", "spiece.model", "tokenizer_config.json",
        "special_tokens_map.json", "added_tokens.json", "vocab.json", "vocab.txt", "merges.txt", "chat_template.jinja", "chat_template.json",
        "adapter_config.json", "preprocessor_config.json",
    ];

    private const string Index = ".safetensors.index.json";

    /// <summary>Chooses from a listing; RUN0047 when there is nothing to run, or a choice for the user to make.</summary>
    public static IReadOnlyList<FileExpectation> Choose(string source, IReadOnlyList<FileExpectation> listed, IReadOnlyList<string> wanted)
    {
        var top = listed.Where(file => !file.Name.Contains('/', StringComparison.Ordinal)).DistinctBy(file => file.Name, StringComparer.Ordinal).ToArray();
        var weights = wanted.Count > 0 ? Wanted(source, top, wanted) : Usual(source, top);
        return
        [
            .. top.Where(file => SideFiles.Contains(file.Name, StringComparer.Ordinal)),
            .. weights.OrderBy(file => file.Name.EndsWith(Index, StringComparison.Ordinal) ? 0 : 1).ThenBy(file => file.Name, StringComparer.Ordinal),
        ];
    }

    private static FileExpectation[] Wanted(string source, FileExpectation[] top, IReadOnlyList<string> wanted)
    {
        var chosen = top.Where(file => IsWeights(file.Name) && wanted.Any(pattern => FileSystemName.MatchesSimpleExpression(pattern, file.Name, ignoreCase: false))).ToArray();
        return chosen.Length > 0
            ? chosen
            : throw CatalogErrors.NothingToFetch(source, $"no weight file that matches {string.Join(", ", wanted)}", Offer(top));
    }

    private static FileExpectation[] Usual(string source, FileExpectation[] top)
    {
        var safetensors = top.Where(file => file.Name.EndsWith(".safetensors", StringComparison.Ordinal) || file.Name.EndsWith(Index, StringComparison.Ordinal)).ToArray();
        if (safetensors.Length > 0)
        {
            // Some models repeat their weights in another layout beside the usual names.
            var usual = safetensors.Where(file => file.Name.StartsWith("model", StringComparison.Ordinal)).ToArray();
            return usual.Length > 0 ? usual : safetensors;
        }

        var gguf = top.Where(file => file.Name.EndsWith(".gguf", StringComparison.OrdinalIgnoreCase)).ToArray();
        return gguf.Length switch
        {
            1 => gguf,
            0 => throw CatalogErrors.NothingToFetch(source, "no safetensors or GGUF weights in its top folder", "Choose a model that has them, or convert it first."),
            _ => throw CatalogErrors.NothingToFetch(source, $"{gguf.Length} GGUF files", Offer(top)),
        };
    }

    private static bool IsWeights(string name) =>
        name.EndsWith(".safetensors", StringComparison.Ordinal) || name.EndsWith(Index, StringComparison.Ordinal) || name.EndsWith(".gguf", StringComparison.OrdinalIgnoreCase);

    private static string Offer(FileExpectation[] top) =>
        "Name one of its weight files: " + string.Join(", ", top.Where(file => IsWeights(file.Name)).Take(40).Select(file => Weights.WeightErrors.Quote(file.Name))) + ".";
}
