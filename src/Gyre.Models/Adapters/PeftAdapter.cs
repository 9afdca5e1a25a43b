using Gyre.Models.Catalog;
using Gyre.Models.Weights;

namespace Gyre.Models.Adapters;

/// <summary>An adapter as PEFT saves it: a configuration and tensors.</summary>
/// <remarks>Owns: the open file of tensors, unless it was given.</remarks>
internal sealed class PeftAdapter : IDisposable
{
    /// <summary>What the names of its tensors begin with, before the path of a module.</summary>
    public const string Root = "base_model.model.";

    /// <summary>The only tensor of a soft prompt.</summary>
    public const string PromptTensor = "prompt_embeddings";

    public const string ConfigurationFile = "adapter_config.json";
    public const string TensorFile = "adapter_model.safetensors";
    private const int ListedFolders = 8;

    public PeftAdapter(AdapterConfiguration configuration, IWeightSource tensors, string place)
    {
        Configuration = configuration;
        Tensors = tensors;
        Place = place;
    }

    public AdapterConfiguration Configuration { get; }

    public IWeightSource Tensors { get; }

    /// <summary>Where it is, for messages.</summary>
    public string Place { get; }

    /// <summary>Opens a folder, or the only folder in it: PEFT keeps adapters with a name of their own one below.</summary>
    /// <remarks>
    /// Errors: <see cref="ModelException"/> <c>RUN0420</c> no adapter there, or faults in its configuration;
    /// <c>RUN0421</c> a kind or setting that is not computed here; <c>RUN0022</c> a configuration that is no JSON;
    /// <c>RUN0001</c> to <c>RUN0015</c> a damaged file of tensors.
    /// </remarks>
    public static PeftAdapter Open(string folder)
    {
        var place = Find(Path.GetFullPath(folder));
        var configuration = AdapterConfigurationReader.Read(SmallFile.ReadJson(Path.Combine(place, ConfigurationFile)), place);
        var tensors = Path.Combine(place, TensorFile);
        return File.Exists(tensors)
            ? new PeftAdapter(configuration, SafetensorsFile.Open(tensors), place)
            : throw AdapterErrors.Faulty([$"the file {TensorFile} is missing; other formats are not read, convert them."], place);
    }

    public void Dispose() => Tensors.Dispose();

    private static string Find(string folder)
    {
        if (File.Exists(Path.Combine(folder, ConfigurationFile)))
        {
            return folder;
        }

        var inner = Directory.Exists(folder)
            ? Directory.EnumerateDirectories(folder).Where(name => File.Exists(Path.Combine(name, ConfigurationFile))).Order(StringComparer.Ordinal).Take(ListedFolders).ToList()
            : [];
        return inner.Count switch
        {
            1 => inner[0],
            0 => throw AdapterErrors.Faulty([$"the file {ConfigurationFile} is missing, here and one folder below."], folder),
            _ => throw AdapterErrors.Faulty([$"there is no {ConfigurationFile}, and there are several adapters below, expected one: {string.Join(", ", inner.Select(Path.GetFileName))}."], folder),
        };
    }
}
