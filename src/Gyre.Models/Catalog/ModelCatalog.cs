namespace Gyre.Models.Catalog;

/// <summary>The models of a data folder, by name.</summary>
/// <remarks>
/// A model is a folder, or a <c>.gguf</c> file, directly inside the catalogue's folder; its name is the folder's, or the
/// file's without <c>.gguf</c>. Nothing is cached: every call looks at the disk. Safe for several threads.
/// </remarks>
public sealed class ModelCatalog
{
    private const string GgufSuffix = ".gguf";

    /// <summary>A catalogue over a folder, which need not exist yet.</summary>
    /// <param name="modelsFolder">Usually <c>models</c> in the data folder.</param>
    public ModelCatalog(string modelsFolder)
    {
        ArgumentException.ThrowIfNullOrEmpty(modelsFolder);
        ModelsFolder = modelsFolder;
    }

    /// <summary>The folder that holds the models.</summary>
    public string ModelsFolder { get; }

    /// <summary>Finds the model that a user means: an installed name first, then a path.</summary>
    /// <remarks>Errors: RUN0020 when there is neither, and those of <see cref="ModelFolder.Open"/>.</remarks>
    public ModelFolder Resolve(string reference)
    {
        ArgumentNullException.ThrowIfNull(reference);
        if (ModelName.IsValid(reference))
        {
            var installed = Path.Combine(ModelsFolder, reference);
            if (Directory.Exists(installed) || File.Exists(installed))
            {
                return ModelFolder.Open(installed);
            }

            if (File.Exists(installed + GgufSuffix))
            {
                return ModelFolder.Open(installed + GgufSuffix);
            }
        }

        return reference.Length > 0 && (Directory.Exists(reference) || File.Exists(reference))
            ? ModelFolder.Open(reference)
            : throw CatalogErrors.NotFound(reference, ModelsFolder, [.. List().Select(model => model.Name)]);
    }

    /// <summary>Every installed model, sorted by name; one that cannot be used is listed with the reason.</summary>
    public IReadOnlyList<InstalledModel> List()
    {
        if (!Directory.Exists(ModelsFolder))
        {
            return [];
        }

        var models = new List<InstalledModel>();
        foreach (var path in Directory.EnumerateFileSystemEntries(ModelsFolder))
        {
            var name = Path.GetFileName(path);
            var isFolder = Directory.Exists(path);
            if (name.StartsWith('.') || (!isFolder && !name.EndsWith(GgufSuffix, StringComparison.OrdinalIgnoreCase)))
            {
                continue;
            }

            models.Add(Describe(isFolder ? name : name[..^GgufSuffix.Length], path));
        }

        models.Sort(static (a, b) => string.CompareOrdinal(a.Name, b.Name));
        return models;
    }

    private static InstalledModel Describe(string name, string path)
    {
        string? source = null;
        try
        {
            source = SourceRecord.Read(path)?.Source;
            var model = ModelFolder.Open(path);
            return new InstalledModel(name, path, model, model.WeightBytes, source, null);
        }
        catch (ModelException fault)
        {
            return new InstalledModel(name, path, null, 0, source, fault);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new InstalledModel(name, path, null, 0, source, CatalogErrors.Malformed(path, e.Message, "readable files", e));
        }
    }
}
