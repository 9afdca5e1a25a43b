using System.Net;
using System.Net.Sockets;
using Gyre.Contracts;
using Gyre.Observability;
using Gyre.Registry;
using Gyre.Registry.Datasets;
using Gyre.Registry.Experiments;
using Gyre.Registry.Ratings;
using Gyre.Server.Catalog;
using Gyre.Server.Console;
using Gyre.Server.Datasets;
using Gyre.Server.Endpoints;
using Gyre.Server.Experiments;
using Gyre.Server.Files;
using Gyre.Server.FineTuning;
using Gyre.Server.Generation;
using Gyre.Server.Http;
using Gyre.Server.OpenApi;
using Gyre.Server.Responses;
using Gyre.Storage;
using Microsoft.AspNetCore.Connections;

namespace Gyre.Server.Hosting;

/// <summary>A Gyre server: HTTP API, console and traces over one data folder.</summary>
/// <remarks>Owns: the data folder's lock, the loaded models and the trace writer, until disposed.</remarks>
public sealed class GyreHost : IAsyncDisposable
{
    private readonly GyreHostOptions _options;
    private readonly WebApplication _app;
    private readonly DataFolder _folder;
    private readonly CancellationTokenSource _stopping = new();
    private Task _loading = Task.CompletedTask;

    private GyreHost(GyreHostOptions options, WebApplication app, DataFolder folder)
    {
        _options = options;
        _app = app;
        _folder = folder;
    }

    /// <summary>Where the server listens, once started; with the port that was chosen when the options said 0.</summary>
    public Uri Address { get; private set; } = new("http://127.0.0.1:0");

    /// <summary>The name that requests use for the default model.</summary>
    public string DefaultAlias => _app.Services.GetRequiredService<AliasCatalog>().Current.DefaultName;

    /// <summary>The server's services, for the console and for tests.</summary>
    internal IServiceProvider Services => _app.Services;

    /// <summary>Prepares a server: checks the options, takes the data folder, reads the aliases.</summary>
    /// <remarks>
    /// Errors: <see cref="ServerException"/> <c>SRV0000</c> invalid options, <c>SRV0002</c>/<c>SRV0003</c> the data folder
    /// cannot be used, <c>SRV0004</c> another server uses it, <c>SRV0010</c>–<c>SRV0012</c> the alias file.
    /// </remarks>
    public static GyreHost Create(GyreHostOptions options) => Create(options, TimeProvider.System, new RandomIdSource());

    /// <summary>As <see cref="Create(GyreHostOptions)"/>, with the clock and the ids given.</summary>
    public static GyreHost Create(GyreHostOptions options, TimeProvider clock, IIdSource ids)
    {
        ArgumentNullException.ThrowIfNull(options);
        var faults = options.Validate();
        if (faults.Count > 0)
        {
            throw new ServerException("SRV0000", "Starting the server failed: " + string.Join(' ', faults));
        }

        var folder = DataFolder.Open(options.DataFolder);
        try
        {
            return new GyreHost(options, Build(options, folder, clock, ids), folder);
        }
        catch
        {
            folder.Dispose();
            throw;
        }
    }

    /// <summary>Starts to listen; returns once requests are taken. The default model loads in the background.</summary>
    /// <remarks>Errors: <see cref="ServerException"/> <c>SRV0001</c> the port is in use, <c>SRV0005</c> the address cannot be used.</remarks>
    public async Task StartAsync(CancellationToken cancellationToken = default)
    {
        _app.Services.GetRequiredService<TraceRecorder>();
        try
        {
            await _app.StartAsync(cancellationToken);
        }
        catch (IOException error) when (error.InnerException is AddressInUseException)
        {
            throw new ServerException(
                "SRV0001",
                $"Starting the server failed: port {_options.Port} on {_options.Address} is in use by another program. Stop it, or choose another port with --port (0 takes any free one).",
                error);
        }
        catch (SocketException error)
        {
            throw new ServerException(
                "SRV0005",
                $"Starting the server failed: it cannot listen on {_options.Address}:{_options.Port} ({error.Message}). Choose another address or port; ports below 1024 need rights.",
                error);
        }

        Address = new Uri(_app.Urls.Single());
        _folder.Announce(Address, Environment.ProcessId);
        _app.Services.GetRequiredService<AliasCatalog>().Watch();
        _app.Services.GetRequiredService<FineTuningRunner>().Start();
        _loading = _app.Services.GetRequiredService<DefaultModelLoad>().RunAsync(_stopping.Token);
    }

    /// <summary>Ends when the default model can answer or has failed to load; the message then says why, else it is null.</summary>
    public async Task<string?> WaitForDefaultModelAsync(CancellationToken cancellationToken = default)
    {
        await _loading.WaitAsync(cancellationToken);
        return _app.Services.GetRequiredService<DefaultModelLoad>().Failure;
    }

    /// <summary>Cancelled when the server begins to stop.</summary>
    public CancellationToken Stopping => _app.Lifetime.ApplicationStopping;

    /// <summary>Takes no new requests, lets running ones finish within the drain timeout, then ends what is left.</summary>
    public Task StopAsync(CancellationToken cancellationToken = default) => _app.StopAsync(cancellationToken);

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _app.DisposeAsync();
        _folder.Dispose();
        _stopping.Dispose();
    }

    private static WebApplication Build(GyreHostOptions options, DataFolder folder, TimeProvider clock, IIdSource ids)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = "Gyre.Server", ContentRootPath = AppContext.BaseDirectory });
        builder.WebHost.UseKestrelCore();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = (long)options.MaxRequestBytes + RequestBody.DiscardBytes;
            kestrel.Limits.MaxConcurrentConnections = 4096;
            kestrel.Limits.MaxConcurrentUpgradedConnections = 1024;
            kestrel.Listen(IPAddress.Parse(options.Address), options.Port);
        });
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = options.DrainTimeout);
        builder.Services.AddRoutingCore();
        AddLogging(builder.Logging, options);
        AddServices(builder.Services, options, folder, clock, ids);
        ApiDocument.AddServices(builder.Services);
        ConsolePages.AddServices(builder.Services);
        var app = builder.Build();
        app.UseMiddleware<RequestPipeline>();
        app.UseWebSockets();
        app.MapGyre();
        ConsolePages.Map(app);
        return app;
    }

    private static void AddLogging(ILoggingBuilder logging, GyreHostOptions options)
    {
        if (options.LogsToConsole)
        {
            logging.AddSimpleConsole(console =>
            {
                console.SingleLine = true;
                console.TimestampFormat = "HH:mm:ss ";
            });

            // Standard output is for results.
            logging.Services.Configure<Microsoft.Extensions.Logging.Console.ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        }

        logging.SetMinimumLevel(LogLevel.Warning);
        logging.AddFilter("Gyre", LogLevel.Information);

        // A start that fails is thrown to the caller, who tells it in one sentence; the host would add forty lines.
        logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None);
    }

    private static void AddServices(IServiceCollection services, GyreHostOptions options, DataFolder folder, TimeProvider clock, IIdSource ids)
    {
        services.AddSingleton(options);
        services.AddSingleton(clock);
        services.AddSingleton(ids);
        services.AddSingleton<TraceSource>();
        services.AddSingleton(_ => Database.Open(folder.Database, [TraceStore.Migrations(), ResponseStore.Migrations(), RegistryTables.Migrations()], clock));
        services.AddSingleton<TraceStore>();
        services.AddSingleton(CreateRecorder);
        services.AddSingleton(_ => new AdapterCatalog(folder.Adapters, options.Adapters));
        services.AddSingleton(provider => new AliasCatalog(folder.Aliases, provider.GetRequiredService<AdapterCatalog>(), clock, provider.GetRequiredService<ILogger<AliasCatalog>>()));
        services.AddSingleton(provider => new ModelPool(folder, provider.GetRequiredService<AdapterCatalog>(), options.DefaultModel, options.OpenModel, options.MaxModelBytes ?? GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 2, provider.GetRequiredService<ILogger<ModelPool>>()));
        services.AddSingleton<DefaultModelLoad>();
        services.AddSingleton<GenerationService>();
        services.AddSingleton<RequestErrors>();
        services.AddSingleton<HostGuard>();
        services.AddSingleton<BodyBudget>();
        services.AddSingleton<DrainState>();
        services.AddSingleton<ChatCompletionsEndpoint>();
        services.AddSingleton<CompletionsEndpoint>();
        services.AddSingleton<MessagesEndpoint>();
        services.AddSingleton<ResponseStore>();
        services.AddSingleton<BackgroundResponses>();
        services.AddSingleton<ResponsesEndpoint>();
        services.AddSingleton<StoredResponsesEndpoint>();
        services.AddSingleton<ModelAbilities>();
        services.AddSingleton<AdaptersEndpoint>();
        services.AddSingleton<EmbeddingsEndpoint>();
        services.AddSingleton<RerankEndpoint>();
        services.AddSingleton<TokenizeEndpoint>();
        services.AddSingleton<GenerateEndpoint>();
        services.AddSingleton<ChatSocketEndpoint>();
        services.AddSingleton<TracesEndpoint>();
        services.AddSingleton(provider => new DatasetStore(provider.GetRequiredService<Database>(), new BlobStore(folder.Blobs), clock));
        services.AddSingleton(_ => new DatasetUploads(folder, ids));
        services.AddSingleton<DatasetsEndpoint>();
        services.AddSingleton<RatingStore>();
        services.AddSingleton<RatingCampaignsEndpoint>();
        services.AddSingleton<RatingTurnsEndpoint>();
        services.AddSingleton<ExperimentStore>();
        services.AddSingleton(_ => new RunFolders(folder.Experiments));
        services.AddSingleton<RunReading>();
        services.AddSingleton<ExperimentsEndpoint>();
        services.AddSingleton(folder);
        services.AddSingleton<FileStore>();
        services.AddSingleton<FileUpload>();
        services.AddSingleton<FilesEndpoint>();
        services.AddSingleton<FineTuningStore>();
        services.AddSingleton<FineTuningRun>();
        services.AddSingleton<FineTuningRunner>();
        services.AddSingleton<FineTuningEndpoint>();
        services.AddSingleton<ManagementModelsEndpoint>();
        services.AddSingleton<ModelsEndpoint>();
        services.AddSingleton<HealthEndpoints>();
    }

    private static TraceRecorder CreateRecorder(IServiceProvider services)
    {
        var options = services.GetRequiredService<GyreHostOptions>();
        var source = services.GetRequiredService<TraceSource>();
        var log = services.GetRequiredService<ILogger<TraceRecorder>>();
        return new TraceRecorder(
            services.GetRequiredService<TraceStore>(),
            new TraceRecorderOptions { MaxTraces = options.MaxTraces },
            services.GetRequiredService<TimeProvider>(),
            candidate => ReferenceEquals(candidate, source.Activities),
            sentence => TraceLog.Reported(log, sentence));
    }
}
