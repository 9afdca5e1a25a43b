using System.Text;
using Gyre.Server.Hosting;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlDotNet.RepresentationModel;

namespace Gyre.Server.Catalog;

/// <summary>Reads <c>aliases.yaml</c>; every fault of it is reported at once, with its line.</summary>
internal static class AliasFile
{
    public const int MaxBytes = 256 * 1024;
    private const int MaxDepth = 16;

    /// <summary>What a new data folder gets.</summary>
    public const string FirstText = """
        # Names that applications call, and what answers for them. Saved changes apply at once.
        #
        # model:       'default' (the model that comes with Gyre), a file or folder in 'models' beside this file, or a path.
        # system:      put before conversations that bring no system message of their own.
        # parameters:  used where a request brings none: temperature, top_p, top_k, min_p, typical_p, max_tokens,
        #              repetition_penalty, frequency_penalty, presence_penalty, seed, stop.
        default: default
        aliases:
          default:
            model: default
            description: The model that comes with Gyre.

        """;

    /// <summary>Reads a file.</summary>
    /// <remarks>Errors: <see cref="ServerException"/> <c>SRV0010</c> unreadable, <c>SRV0011</c> not YAML, <c>SRV0012</c> with all its faults.</remarks>
    public static AliasSet Read(string path, DateTimeOffset now)
    {
        string text;
        try
        {
            if (new FileInfo(path).Length > MaxBytes)
            {
                throw new ServerException("SRV0010", $"Reading the aliases failed: '{path}' is larger than {MaxBytes:N0} bytes; expected a short list of names. Restore it, or delete it to get a new one.");
            }

            text = File.ReadAllText(path, Encoding.UTF8);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new ServerException("SRV0010", $"Reading the aliases failed: '{path}' cannot be read ({error.Message}). Check its permissions.", error);
        }

        return Parse(text, path, now);
    }

    /// <summary>Reads a text; <paramref name="path"/> is named in messages.</summary>
    public static AliasSet Parse(string text, string path, DateTimeOffset now)
    {
        YamlNode? root;
        try
        {
            RequireTree(text, path);
            var stream = new YamlStream();
            stream.Load(new StringReader(text));
            root = stream.Documents.Count == 0 ? null : stream.Documents[0].RootNode;
        }
        catch (YamlException error)
        {
            throw new ServerException(
                "SRV0011",
                $"Reading the aliases failed: '{path}' is not valid YAML at line {error.Start.Line}, column {error.Start.Column}: {error.Message} Correct that line.",
                error);
        }
        catch (Exception error) when (error is InvalidOperationException or ArgumentException)
        {
            // What the library throws for some unbalanced brackets; it gives no line.
            throw new ServerException("SRV0011", $"Reading the aliases failed: '{path}' is not valid YAML; a '{{' or '[' has no match. Correct it.", error);
        }

        var reader = new AliasReader();
        var set = reader.Read(root, now);
        if (reader.Faults.Count > 0)
        {
            throw new ServerException(
                "SRV0012",
                $"Reading the aliases failed: '{path}' has {reader.Faults.Count} fault{(reader.Faults.Count == 1 ? "" : "s")}: {string.Join(' ', reader.Faults)}");
        }

        return set;
    }

    /// <summary>
    /// Walks the events first: building the tree recurses, so its depth must be bounded before. YAML's own aliases are
    /// refused because through them a node can hold itself, or unfold to billions of nodes.
    /// </summary>
    private static void RequireTree(string text, string path)
    {
        var parser = new Parser(new StringReader(text));
        var depth = 0;
        while (parser.MoveNext())
        {
            if (parser.Current is ParsingEvent current)
            {
                if (current is AnchorAlias)
                {
                    throw new ServerException(
                        "SRV0011",
                        $"Reading the aliases failed: '{path}' has a YAML reference ('*name') at line {current.Start.Line}; expected values written out. Correct that line.");
                }

                depth += current.NestingIncrease;
                if (depth > MaxDepth)
                {
                    throw new ServerException(
                        "SRV0011",
                        $"Reading the aliases failed: '{path}' nests deeper than {MaxDepth} levels at line {current.Start.Line}; expected at most four. Correct that line.");
                }
            }
        }
    }
}
