using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gyre.Models.Architectures;
using Gyre.Models.Weights;
using Gyre.Tensors.Quantization;

namespace Gyre.Models.Adapters.Training;

/// <content>Reading and writing, and becoming part of the weights.</content>
public sealed partial class TrainableAdapter
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>Writes <c>adapter_config.json</c> and <c>adapter_model.safetensors</c> as PEFT does.</summary>
    /// <param name="folder">Created when absent; files of these names are replaced, each as a whole and the tensors first.</param>
    /// <remarks>Errors: <see cref="ModelException"/> <c>RUN0007</c> when it cannot be written; the file that failed is as before.</remarks>
    public void Save(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw WeightErrors.CannotWrite(folder, error);
        }

        var file = new AdapterFile();
        foreach (var module in _modules)
        {
            module.Write(file);
        }

        if (_prompt is not null)
        {
            file.Add(PeftAdapter.PromptTensor, _prompt.Compute(), _prompt.Tokens, _prompt.Width);
        }

        file.Write(Path.Combine(folder, PeftAdapter.TensorFile));
        var json = (JsonObject)_json.DeepClone();
        if (_allocator?.HasChosen == true)
        {
            json["rank_pattern"] = new JsonObject(_modules.OfType<LowRankModule>().Select(module => KeyValuePair.Create(
                module.Module.Path + ".lora_E",
                (JsonNode?)new JsonArray([.. module.Kept.Select(kept => (JsonNode)kept)]))));
        }

        var bytes = Encoding.UTF8.GetBytes(json.ToJsonString(Indented));
        AtomicFile.Write(Path.Combine(folder, PeftAdapter.ConfigurationFile), bytes.Length, stream => stream.Write(bytes));
    }

    /// <summary>Writes a GGUF file that llama.cpp loads beside the base (<c>--lora</c>).</summary>
    /// <param name="path">The file; replaced as a whole.</param>
    /// <remarks>
    /// Errors: <see cref="ModelException"/> <c>RUN0428</c> what the format cannot say (lengths of DoRA, factors of IA3,
    /// virtual tokens, embeddings, modules saved whole, biases, a family that llama.cpp has not), all named; <c>RUN0007</c> it cannot be written.
    /// </remarks>
    public void SaveGguf(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var family = _network.Base.Decoder is { } decoder ? Architecture.Find(decoder.Architecture)?.GgufName : null;
        var faults = new List<string>();
        if (family is null)
        {
            faults.Add("a base whose family it has no name for;");
        }

        if (_prompt is not null)
        {
            faults.Add("virtual tokens;");
        }

        if (_configuration.HasMagnitudes)
        {
            faults.Add("learned lengths of rows (DoRA);");
        }

        faults.AddRange(_modules.Where(module => module is not LowRankModule || module.Module.IsTied).Select(module => $"'{module.Module.Path}', which is not changed by a product of its own;"));
        var file = new GgufAdapter(family ?? "", _configuration.Alpha > 0 ? (float)_configuration.Alpha : 1f);
        foreach (var module in faults.Count > 0 ? [] : _modules.OfType<LowRankModule>())
        {
            module.Write(file);
        }

        faults.AddRange(file.Faults);
        if (faults.Count > 0)
        {
            throw AdapterErrors.NotInGguf(Name, faults);
        }

        file.Write(path);
    }

    /// <summary>Makes it part of the model's weights, which then compute the same without it; <see cref="Architectures.TrainableDecoder.Save"/> writes them.</summary>
    /// <remarks>
    /// Errors: <see cref="ModelException"/> <c>RUN0426</c> another is merged, the weights are not in single precision, or
    /// an embedding and the output layer share what would change for one of them; nothing has changed then.
    /// <para>Cost: a copy of every changed weight, until <see cref="Unmerge"/>.</para>
    /// </remarks>
    public void Merge()
    {
        _network.RequireUnmerged();
        if (_configuration.IsSoftPrompt)
        {
            throw AdapterErrors.CannotMerge(Name, "virtual tokens");
        }

        var merge = new AdapterMerge(_network, Name);
        try
        {
            foreach (var module in _modules.OrderBy(module => module is WholeModule ? 0 : 1))
            {
                module.Merge(merge);
            }
        }
        catch
        {
            merge.Undo();
            throw;
        }

        _merge = merge;
        _network.Overlay(null);
    }

    /// <summary>Takes it out of the model's weights, which get back the bits that they had, and uses it beside them again.</summary>
    /// <remarks>Errors: <see cref="InvalidOperationException"/> when it is not merged.</remarks>
    public void Unmerge()
    {
        if (_merge is null)
        {
            throw new InvalidOperationException($"Unmerge an adapter: '{Name}' is not merged; expected one that is.");
        }

        _merge.Undo();
        _merge = null;
        _network.Use(Name);
    }

    private void Fill(IReadOnlyList<AdapterChange> changes, string place)
    {
        foreach (var change in changes.Where(change => change.Weight is not null && !_modules.Exists(module => module is WholeModule { TakesWeight: true } && module.Module.Path == change.Module.Path)))
        {
            RequireBase(change, place);
        }

        var byPath = changes.ToDictionary(change => change.Module.Path, StringComparer.Ordinal);
        foreach (var module in _modules)
        {
            module.Fill(byPath[module.Module.Path]);
        }
    }

    /// <summary>An embedding or output layer that the file brings along though nothing trained it must be the base's.</summary>
    private void RequireBase(AdapterChange change, string place)
    {
        var module = change.Module;
        var own = new float[(long)module.Rows * module.Columns];
        _network.Forward.Stored(module.Parts[0].Weight.Index).CopyRows(0, own);
        if (!AdapterFile.Read(change.Weight!).AsSpan().SequenceEqual(own)) // The caller chose those that are there.
        {
            throw AdapterErrors.Unfitting([$"it brings '{module.Path}' along, with other numbers than the base has;"], place, _configuration.MadeFor);
        }
    }
}
