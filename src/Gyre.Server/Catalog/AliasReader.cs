using System.Globalization;
using System.Text.RegularExpressions;
using Gyre.Models.Generation;
using YamlDotNet.RepresentationModel;

namespace Gyre.Server.Catalog;

/// <summary>Turns the alias file's tree into aliases, and collects the faults it meets.</summary>
internal sealed partial class AliasReader
{
    private static readonly string[] ParameterNames =
    [
        "temperature", "top_p", "top_k", "min_p", "typical_p", "max_tokens", "repetition_penalty",
        "frequency_penalty", "presence_penalty", "seed", "stop",
    ];

    public List<string> Faults { get; } = [];

    public AliasSet Read(YamlNode? root, DateTimeOffset now)
    {
        var aliases = new List<ModelAlias>();
        if (root is not YamlMappingNode map)
        {
            Faults.Add("The file is empty or no mapping; expected the keys 'default' and 'aliases'.");
            return new AliasSet("", aliases, now);
        }

        CheckKeys(map, "the file", "default", "aliases");
        if (!map.Children.TryGetValue("aliases", out var list) || list is not YamlMappingNode { Children.Count: > 0 } named)
        {
            Faults.Add("'aliases' is missing or empty; expected at least one name with its 'model'.");
            return new AliasSet("", aliases, now);
        }

        foreach (var (key, value) in named.Children)
        {
            if (ReadAlias(key, value) is { } alias)
            {
                aliases.Add(alias);
            }
        }

        var first = Text(map, "default", "the file") ?? (aliases.Count == 1 ? aliases[0].Name : "");
        if (Faults.Count == 0 && aliases.All(alias => alias.Name != first))
        {
            Faults.Add($"'default' is '{first}'; expected one of the aliases: {string.Join(", ", aliases.Select(alias => alias.Name))}.");
        }

        return new AliasSet(first, [.. aliases.OrderBy(alias => alias.Name != first).ThenBy(alias => alias.Name, StringComparer.Ordinal)], now);
    }

    private ModelAlias? ReadAlias(YamlNode key, YamlNode value)
    {
        var name = (key as YamlScalarNode)?.Value ?? "";
        var line = key.Start.Line;
        if (!AliasName().IsMatch(name))
        {
            Faults.Add($"Line {line}: the alias '{name}' is no valid name; expected 1 to 64 letters, digits, '-', '_', '.', ':' or '/', beginning with a letter or digit.");
            return null;
        }

        if (value is not YamlMappingNode map)
        {
            Faults.Add($"Line {line}: '{name}' has no settings; expected at least 'model'.");
            return null;
        }

        CheckKeys(map, $"'{name}'", "model", "adapter", "system", "parameters", "description");
        var model = Text(map, "model", $"'{name}'");
        if (string.IsNullOrWhiteSpace(model))
        {
            Faults.Add($"Line {line}: '{name}' has no 'model'; expected 'default', a name in 'models' or a path.");
        }

        var (options, maxTokens) = ReadParameters(map, name);
        return new ModelAlias(
            name,
            model ?? "",
            Text(map, "system", $"'{name}'") ?? "",
            options with { Adapter = Text(map, "adapter", $"'{name}'") is { Length: > 0 } adapter ? adapter : null },
            maxTokens,
            Text(map, "description", $"'{name}'") ?? "");
    }

    private (GenerationOptions Options, int? MaxTokens) ReadParameters(YamlMappingNode alias, string name)
    {
        var options = new GenerationOptions();
        if (!alias.Children.TryGetValue("parameters", out var node) || node is YamlScalarNode { Value: null or "" })
        {
            return (options, null);
        }

        if (node is not YamlMappingNode map)
        {
            Faults.Add($"Line {node.Start.Line}: 'parameters' of '{name}' is no mapping; expected names with values.");
            return (options, null);
        }

        CheckKeys(map, $"'parameters' of '{name}'", ParameterNames);
        var maxTokens = Integer(map, "max_tokens") is { } tokens ? (int)Math.Clamp(tokens, int.MinValue, int.MaxValue) : (int?)null;
        options = options with
        {
            Temperature = Number(map, "temperature") ?? options.Temperature,
            TopP = Number(map, "top_p") ?? options.TopP,
            TopK = Integer(map, "top_k") is { } topK ? (int)Math.Clamp(topK, int.MinValue, int.MaxValue) : options.TopK,
            MinP = Number(map, "min_p") ?? options.MinP,
            TypicalP = Number(map, "typical_p") ?? options.TypicalP,
            RepetitionPenalty = Number(map, "repetition_penalty") ?? options.RepetitionPenalty,
            FrequencyPenalty = Number(map, "frequency_penalty") ?? options.FrequencyPenalty,
            PresencePenalty = Number(map, "presence_penalty") ?? options.PresencePenalty,
            Seed = Integer(map, "seed") is { } seed ? unchecked((ulong)seed) : null,
            Stop = Texts(map, "stop"),
        };
        var faults = (options with { MaxTokens = maxTokens ?? options.MaxTokens }).Validate();
        Faults.AddRange(faults.Select(fault => $"Line {map.Start.Line}: in 'parameters' of '{name}', {fault}"));
        return (options, maxTokens);
    }

    private void CheckKeys(YamlMappingNode map, string where, params string[] known)
    {
        foreach (var key in map.Children.Keys)
        {
            var name = (key as YamlScalarNode)?.Value ?? "(no text)";
            if (!known.Contains(name, StringComparer.Ordinal))
            {
                Faults.Add($"Line {key.Start.Line}: {where} has the unknown key '{name}'; expected {string.Join(", ", known)}.");
            }
        }
    }

    private string? Text(YamlMappingNode map, string key, string where)
    {
        if (!map.Children.TryGetValue(key, out var node))
        {
            return null;
        }

        if (node is YamlScalarNode scalar)
        {
            return scalar.Value;
        }

        Faults.Add($"Line {node.Start.Line}: '{key}' of {where} is no text.");
        return null;
    }

    private float? Number(YamlMappingNode map, string key)
    {
        if (!map.Children.TryGetValue(key, out var node))
        {
            return null;
        }

        if (node is YamlScalarNode scalar
            && float.TryParse(scalar.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            && float.IsFinite(number))
        {
            return number;
        }

        Faults.Add($"Line {node.Start.Line}: '{key}' is '{(node as YamlScalarNode)?.Value}'; expected a number.");
        return null;
    }

    private long? Integer(YamlMappingNode map, string key)
    {
        if (!map.Children.TryGetValue(key, out var node))
        {
            return null;
        }

        if (node is YamlScalarNode scalar && long.TryParse(scalar.Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
        {
            return number;
        }

        Faults.Add($"Line {node.Start.Line}: '{key}' is '{(node as YamlScalarNode)?.Value}'; expected a whole number.");
        return null;
    }

    private List<string> Texts(YamlMappingNode map, string key)
    {
        if (!map.Children.TryGetValue(key, out var node))
        {
            return [];
        }

        if (node is YamlScalarNode { Value: { } single })
        {
            return [single];
        }

        if (node is YamlSequenceNode list && list.Children.All(item => item is YamlScalarNode { Value: not null }))
        {
            return [.. list.Children.Cast<YamlScalarNode>().Select(item => item.Value!)]; // Value: checked one line above.
        }

        Faults.Add($"Line {node.Start.Line}: '{key}' is neither a text nor a list of texts.");
        return [];
    }

    [GeneratedRegex("^[A-Za-z0-9][A-Za-z0-9._:/-]{0,63}$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex AliasName();
}
