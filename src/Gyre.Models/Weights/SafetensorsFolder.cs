using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace Gyre.Models.Weights;

/// <summary>The safetensors weights of a model folder: one file, or several joined by an index.</summary>
/// <remarks>
/// <para>An index (<c>model.safetensors.index.json</c>, or the only <c>*.safetensors.index.json</c>) is followed when there
/// is one; otherwise <c>model.safetensors</c>, or the only <c>*.safetensors</c>, is read.</para>
/// <para>Owns: the mapped memory of every shard, until disposed. Safe for several readers at once.</para>
/// </remarks>
public sealed class SafetensorsFolder : IWeightSource
{
    /// <summary>What the name of a safetensors file ends in.</summary>
    internal const string FileSuffix = ".safetensors";

    private const string IndexSuffix = ".safetensors.index.json";
    private const long MaxIndexBytes = 64L << 20;
    private const int MaxShards = 4096;

    private readonly Dictionary<string, SafetensorsFile> _files;
    private readonly SafetensorsFile[] _shards;

    private SafetensorsFolder(string path, SafetensorsFile[] shards)
    {
        Path = path;
        _shards = shards;
        _files = new Dictionary<string, SafetensorsFile>(StringComparer.Ordinal);
        var names = new List<string>();
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var shard in shards)
        {
            foreach (var name in shard.Names)
            {
                if (!_files.TryAdd(name, shard))
                {
                    throw WeightErrors.Index(path, $"tensor {WeightErrors.Quote(name)} is in two shards", "every tensor in one shard");
                }

                names.Add(name);
            }

            foreach (var (key, value) in shard.Metadata)
            {
                metadata.TryAdd(key, value);
            }
        }

        Names = names;
        Metadata = metadata;
        Files = [.. shards.Select(shard => shard.Path)];
    }

    /// <summary>The folder it was opened from.</summary>
    public string Path { get; }

    /// <summary>The paths of the files read, in the order of <see cref="Names"/>.</summary>
    public IReadOnlyList<string> Files { get; }

    /// <inheritdoc />
    public IReadOnlyList<string> Names { get; }

    /// <summary>The free strings beside the tensors; where shards disagree, the first shard's.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>Opens a folder's weights and checks every shard against the index.</summary>
    /// <remarks>
    /// Errors: <see cref="ModelException"/> RUN0001 when the folder or a file cannot be opened, RUN0005 when the index is
    /// malformed, names a file outside the folder, or disagrees with the shards, and those of <see cref="SafetensorsFile.Open"/>.
    /// </remarks>
    public static SafetensorsFolder Open(string path)
    {
        var index = FindOne(path, IndexSuffix);
        if (index is null)
        {
            var single = FindOne(path, FileSuffix) ?? throw NoWeights(path);
            var file = SafetensorsFile.Open(single);
            return new SafetensorsFolder(path, [file]);
        }

        var weightMap = ReadIndex(index);
        var shards = new List<SafetensorsFile>();
        try
        {
            foreach (var shardName in weightMap.Values.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))
            {
                var shardPath = System.IO.Path.Combine(path, shardName);
                if (!File.Exists(shardPath))
                {
                    throw WeightErrors.Index(index, $"shard {WeightErrors.Quote(shardName)} is not in the folder", "every shard beside the index");
                }

                shards.Add(SafetensorsFile.Open(shardPath));
            }

            Compare(index, weightMap, shards);
            return new SafetensorsFolder(path, [.. shards]);
        }
        catch
        {
            shards.ForEach(shard => shard.Dispose());
            throw;
        }
    }

    /// <inheritdoc />
    public bool TryGet(string name, [NotNullWhen(true)] out WeightTensor? tensor)
    {
        if (_files.TryGetValue(name, out var file))
        {
            return file.TryGet(name, out tensor);
        }

        tensor = null;
        return false;
    }

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (var shard in _shards)
        {
            shard.Dispose();
        }
    }

    /// <summary>The files that hold a folder's weights, sorted by name; empty when there are none.</summary>
    internal static IReadOnlyList<string> FindFiles(string folder)
    {
        if (FindOne(folder, IndexSuffix) is { } index)
        {
            return [.. ReadShardNames(index).Select(name => System.IO.Path.Combine(folder, name))];
        }

        return FindOne(folder, FileSuffix) is { } single ? [single] : [];
    }

    /// <summary>The shards that an index names, sorted; RUN0005 when it is malformed or names anything but plain files.</summary>
    internal static IReadOnlyList<string> ReadShardNames(string index) =>
        [.. ReadIndex(index).Values.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    private static string? FindOne(string folder, string suffix)
    {
        var preferred = System.IO.Path.Combine(folder, "model" + suffix);
        if (File.Exists(preferred))
        {
            return preferred;
        }

        string[] candidates;
        try
        {
            candidates = Directory.GetFiles(folder, "*" + suffix);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw WeightErrors.CannotOpen(folder, e);
        }

        return candidates.Length switch
        {
            0 => null,
            1 => candidates[0],
            _ => throw new ModelException("RUN0001", $"Opening weights in folder {WeightErrors.Quote(folder)}: found {candidates.Length} files that end in {suffix} and none named model{suffix}; expected one set of weights. Name the file itself."),
        };
    }

    private static ModelException NoWeights(string folder) =>
        new("RUN0001", $"Opening weights in folder {WeightErrors.Quote(folder)}: found no safetensors file; expected model.safetensors or model{IndexSuffix}. Check the folder, or fetch the model again.");

    private static Dictionary<string, string> ReadIndex(string path)
    {
        using var file = MappedFile.Open(path);
        if (file.LengthBytes > MaxIndexBytes)
        {
            throw WeightErrors.Index(path, $"it has {file.LengthBytes} bytes", $"at most {MaxIndexBytes}");
        }

        var map = new Dictionary<string, string>(StringComparer.Ordinal);
        var shards = new Dictionary<string, string>(StringComparer.Ordinal);
        var found = false;
        try
        {
            var reader = new Utf8JsonReader(file.Span(0, (int)file.LengthBytes), new JsonReaderOptions { MaxDepth = 16 });
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                throw WeightErrors.Index(path, "it is not a JSON object", "an object with a weight_map");
            }

            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var isMap = reader.ValueTextEquals("weight_map"u8);
                reader.Read();
                if (!isMap)
                {
                    reader.Skip();
                    continue;
                }

                if (found || reader.TokenType != JsonTokenType.StartObject)
                {
                    throw WeightErrors.Index(path, found ? "weight_map occurs twice" : "weight_map is not an object", "one weight_map from tensor name to file name");
                }

                found = true;
                ReadWeightMap(path, ref reader, map, shards);
            }

            reader.Read();
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw WeightErrors.Index(path, "it is not valid JSON", "a JSON object in UTF-8", e);
        }

        return found ? map : throw WeightErrors.Index(path, "it has no weight_map", "a weight_map from tensor name to file name");
    }

    private static void ReadWeightMap(string path, ref Utf8JsonReader reader, Dictionary<string, string> map, Dictionary<string, string> shards)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString() ?? "";
            reader.Read();
            if (reader.TokenType != JsonTokenType.String)
            {
                throw WeightErrors.Index(path, $"weight_map holds a JSON {reader.TokenType} for {WeightErrors.Quote(name)}", "a file name");
            }

            var shard = reader.GetString() ?? "";
            if (!shards.TryGetValue(shard, out var known))
            {
                if (!IsPlainFileName(shard))
                {
                    throw WeightErrors.Index(path, $"weight_map names the file {WeightErrors.Quote(shard)}", "the name of a .safetensors file in the same folder");
                }

                if (shards.Count == MaxShards)
                {
                    throw WeightErrors.Index(path, $"weight_map names more than {MaxShards} files", $"at most {MaxShards}");
                }

                shards.Add(shard, shard);
                known = shard;
            }

            if (!map.TryAdd(name, known))
            {
                throw WeightErrors.Index(path, $"weight_map holds {WeightErrors.Quote(name)} twice", "every tensor once");
            }
        }
    }

    private static bool IsPlainFileName(string name) =>
        name.EndsWith(FileSuffix, StringComparison.Ordinal)
        && name.AsSpan().IndexOfAny("/\\:\0") < 0
        && !name.StartsWith('.');

    private static void Compare(string index, Dictionary<string, string> weightMap, List<SafetensorsFile> shards)
    {
        var held = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var shard in shards)
        {
            var file = System.IO.Path.GetFileName(shard.Path);
            foreach (var name in shard.Names)
            {
                if (!weightMap.TryGetValue(name, out var expected) || expected != file)
                {
                    throw WeightErrors.Index(index, $"shard {WeightErrors.Quote(file)} holds tensor {WeightErrors.Quote(name)}, which the index places {(expected is null ? "nowhere" : "in " + WeightErrors.Quote(expected))}", "index and shards to agree");
                }

                held[name] = file;
            }
        }

        foreach (var (name, file) in weightMap)
        {
            if (!held.ContainsKey(name))
            {
                throw WeightErrors.Index(index, $"tensor {WeightErrors.Quote(name)} is not in shard {WeightErrors.Quote(file)}", "index and shards to agree");
            }
        }
    }
}
