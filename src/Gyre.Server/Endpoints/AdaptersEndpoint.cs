using Gyre.Contracts;
using Gyre.Server.Catalog;
using Gyre.Server.Hosting;
using Gyre.Server.Http;
using Gyre.Server.Parameters;
using Gyre.Server.Wire;

namespace Gyre.Server.Endpoints;

/// <summary>GET <c>/v1/lora_adapters</c>, POST <c>/v1/load_lora_adapter</c> and <c>/v1/unload_lora_adapter</c>.</summary>
internal sealed class AdaptersEndpoint(GyreHostOptions options, AliasCatalog aliases, AdapterCatalog adapters, ModelPool models)
{
    private const int MostNameLetters = 128;
    private const int MostPathLetters = 4096;

    public Task ListAsync(HttpContext context) =>
        JsonAnswer.WriteAsync(context, new AdapterList { Data = [.. aliases.Adapters.Select(Card)] }, WireJson.Plain.AdapterList);

    public async Task LoadAsync(HttpContext context)
    {
        var folder = RequireFolder();
        using var body = await RequestBody.ReadAsync(context, options.MaxRequestBytes);
        var faults = new RequestFaults();
        AdapterParameters.Load.Check(body.RootElement, faults);
        var reader = new RequestReader(body.RootElement, "", faults);
        var name = ReadName(reader);
        var path = ReadShort(reader, "lora_path", MostPathLetters);
        var parent = reader.ReadString("model");
        faults.ThrowIfAny();

        var place = PlaceOf(path, folder);
        var current = aliases.Current;
        if (!current.TryGet(parent ?? current.DefaultName, out var alias))
        {
            throw new ApiException(
                StatusCodes.Status404NotFound,
                ErrorTypes.InvalidRequest,
                "model_not_found",
                $"The model '{Shown(parent ?? "")}' is no alias; expected one of: {string.Join(", ", AdapterCatalog.Nearest(parent ?? "", current.Aliases.Select(known => known.Name), 8))}. (SRV0120)",
                "model");
        }

        // A model that cannot be loaded is the server's fault; what then cannot be loaded beside it is the request's.
        using var lease = await models.GetAsync(alias, context.RequestAborted);
        if (current.TryGet(name, out _) || !adapters.TryAdd(name, place, alias.Name))
        {
            throw new ApiException(
                StatusCodes.Status409Conflict,
                ErrorTypes.InvalidRequest,
                "SRV0182",
                $"Load an adapter: the name '{Shown(name)}' is taken by an alias or an adapter; expected a new one. Choose another, or unload the adapter first.",
                "lora_name");
        }

        var added = aliases.Resolve(name);
        try
        {
            using var adapted = await models.GetAsync(added, context.RequestAborted);
        }
        catch (Exception error)
        {
            await models.UnloadAdapterAsync(name, CancellationToken.None); // Nobody shall find it, whatever went wrong.
            if (error is ApiException { InnerException: GyreException cause })
            {
                throw ApiException.Invalid(cause.Code, $"{cause.Message} ({cause.Code})", "lora_path", cause);
            }

            throw;
        }

        await JsonAnswer.WriteAsync(context, Card(added), WireJson.Plain.AdapterCard);
    }

    public async Task UnloadAsync(HttpContext context)
    {
        RequireFolder();
        using var body = await RequestBody.ReadAsync(context, options.MaxRequestBytes);
        var faults = new RequestFaults();
        AdapterParameters.Unload.Check(body.RootElement, faults);
        var reader = new RequestReader(body.RootElement, "", faults);
        var name = ReadName(reader);
        reader.ReadInteger("lora_int_id", int.MinValue, int.MaxValue);
        faults.ThrowIfAny();
        var found = aliases.Adapters.FirstOrDefault(adapter => adapter.Name == name) ?? throw new ApiException(
            StatusCodes.Status404NotFound,
            ErrorTypes.InvalidRequest,
            "SRV0183",
            $"Unload an adapter: there is none called '{Shown(name)}'; expected {Known()}. GET /v1/lora_adapters lists them.",
            "lora_name");
        var card = Card(found);
        await models.UnloadAdapterAsync(name, context.RequestAborted);
        await JsonAnswer.WriteAsync(context, card with { Status = "unloaded" }, WireJson.Plain.AdapterCard);

        string Known()
        {
            var nearest = AdapterCatalog.Nearest(name, aliases.Adapters.Select(adapter => adapter.Name), 8).ToList();
            return nearest.Count == 0 ? "none, for there are no adapters" : "one of: " + string.Join(", ", nearest);
        }
    }

    private static string ReadName(RequestReader reader)
    {
        var name = ReadShort(reader, "lora_name", MostNameLetters);
        if (name.Any(char.IsControl))
        {
            reader.Faults.Add(RequestReader.OutOfRange, "lora_name", "'lora_name' has control characters; expected a name without.");
        }

        return name;
    }

    private static string ReadShort(RequestReader reader, string parameter, int most)
    {
        // What is missing or no text is a fault already.
        var text = reader.ReadString(parameter);
        if (text is not null && (text.Length > most || string.IsNullOrWhiteSpace(text)))
        {
            reader.Faults.Add(RequestReader.OutOfRange, parameter, $"'{parameter}' has {text.Length:N0} characters; expected 1 to {most:N0}, not only spaces.");
        }

        return text ?? "";
    }

    /// <summary>The folder that a path names, below the one that adapters may be loaded from; links in it are followed, for whoever made them may write there.</summary>
    private static string PlaceOf(string path, string folder)
    {
        var root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)) + Path.DirectorySeparatorChar;
        var place = path.Contains('\0', StringComparison.Ordinal) ? "" : Path.GetFullPath(path, root);
        return place.StartsWith(root, StringComparison.Ordinal) && AdapterCatalog.IsAdapter(place) ? place : throw ApiException.Invalid(
            "SRV0181",
            $"Load an adapter: '{Shown(path)}' is no adapter's folder in the folder that adapters may be loaded from; expected one with adapter_config.json, as a path from there on.",
            "lora_path");
    }

    private static string Shown(string text) => text.Length <= 80 ? text : text[..80] + "…";

    private string RequireFolder() => options.LoadableAdapters ?? throw new ApiException(
        StatusCodes.Status403Forbidden,
        ErrorTypes.InvalidRequest,
        "SRV0180",
        "Adapters are neither loaded nor unloaded by requests: this server was started without a folder for that. Start it with 'gyre up --loadable-adapters DIR', or put adapters into the data folder's 'adapters'.");

    private AdapterCard Card(ModelAlias adapter) => new()
    {
        Id = adapter.Name,
        Parent = aliases.ParentOf(adapter.Name) ?? aliases.Current.DefaultName,
        Source = adapters.SourceOf(adapter.Name),
        Status = models.Find(adapter)?.AdapterHost.Adapters.Contains(adapter.Name) == true ? "loaded" : "unloaded",
    };
}
