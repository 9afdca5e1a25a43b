using System.CommandLine;
using Gyre.Server.Hosting;

namespace Gyre.Cli.Verbs;

/// <summary><c>gyre up</c>: server and console on this machine.</summary>
internal sealed class UpVerb() : Verb("up", "Start the server and the console on this machine.")
{
    private readonly Option<int> _port = new("--port") { Description = "The TCP port; 0 takes any free one.", HelpName = "N", DefaultValueFactory = _ => 5080 };

    private readonly Option<string> _address = new("--address") { Description = "The IP address to listen on; 127.0.0.1 lets only this machine call.", HelpName = "IP", DefaultValueFactory = _ => "127.0.0.1" };

    private readonly Option<string?> _model = new("--model") { Description = "What the default alias answers with: an installed model, a model folder or a .gguf file.", HelpName = "MODEL" };

    private readonly Option<string[]> _adapters = new("--adapter") { Description = "An adapter of the default alias's model, which requests name as their model (repeatable): NAME=DIR or a PEFT folder.", HelpName = "ADAPTER" };

    private readonly Option<string?> _loadable = new("--loadable-adapters") { Description = "Lets callers load the adapters in this folder, and unload any, while the server runs (POST /v1/load_lora_adapter).", HelpName = "DIR" };

    private readonly Option<string> _cache = CacheFormat.NewOption();

    private readonly Option<int?> _cacheMemory = new("--cache-memory") { Description = "The most memory for keys and values, a model (default: a quarter of what there is).", HelpName = "MIB" };

    private readonly Option<int?> _modelMemory = new("--model-memory") { Description = "The most memory for the weights of all models; unused ones make room (default: half of what there is).", HelpName = "MIB" };

    private readonly Option<int?> _streams = new("--streams") { Description = "Requests of a model that run together (default: 32).", HelpName = "N" };

    private readonly Option<string?> _draft = new("--draft") { Description = "A smaller model of the same vocabulary that drafts for the default alias's; answers stay the same.", HelpName = "MODEL" };

    private readonly Option<int?> _trainingThreads = new("--training-threads") { Description = "Threads of a fine-tuning job, beside those that answer (default: half of the cores).", HelpName = "N" };

    private readonly Option<bool> _noContent = new("--no-content") { Description = "Keep prompts and answers out of the traces." };

    private readonly Option<string?> _data = NewDataOption();

    protected override IReadOnlyList<string> Examples =>
    [
        "gyre up",
        "gyre up --port 8080 --data ./data",
        "gyre up --model ./models/tiny.gguf",
        "gyre up --model ./models/tiny.gguf --adapter polite=./adapters/polite",
        "gyre up --model ./models/large.gguf --draft ./models/small.gguf --cache f16 --streams 16",
        "gyre up --port 0 --json",
    ];

    protected override void Configure(Command command)
    {
        foreach (var option in new Option[] { _port, _address, _model, _adapters, _loadable, _cache, _cacheMemory, _modelMemory, _streams, _draft, _trainingThreads, _noContent, _data })
        {
            command.Options.Add(option);
        }
    }

    protected override async Task<int> RunAsync(ParseResult parse, Terminal terminal, CancellationToken cancellationToken)
    {
        var dataFolder = DataFolder.Resolve(parse.GetValue(_data));
        var defaultModel = DefaultModelOf(parse, dataFolder);
        using var models = new CliModels(dataFolder, SettingsOf(parse, defaultModel));
        await using var host = GyreHost.Create(new GyreHostOptions
        {
            DataFolder = dataFolder,
            OpenModel = models.OpenAsync,
            DefaultModel = defaultModel,
            MaxModelBytes = BytesOf(parse, _modelMemory),
            Adapters = AdaptersOf(models, parse.GetValue(_adapters) ?? []),
            LoadableAdapters = parse.GetValue(_loadable) is { } loadable ? Path.GetFullPath(loadable) : null,
            Address = parse.GetValue(_address)!, // The option has a default.
            Port = parse.GetValue(_port),
            FineTuningThreads = parse.GetValue(_trainingThreads),
            StoresContent = !parse.GetValue(_noContent),
        });
        await host.StartAsync(cancellationToken);
        if (!System.Net.IPAddress.IsLoopback(System.Net.IPAddress.Parse(parse.GetValue(_address)!))) // The server has parsed it.
        {
            await terminal.Error.WriteLineAsync($"gyre: listening on {parse.GetValue(_address)}: whoever reaches this machine can use its models and read its traces. 127.0.0.1 keeps it to this machine.");
        }

        var failure = await host.WaitForDefaultModelAsync(cancellationToken);
        var isJson = parse.GetValue(Json);
        Announce(terminal, host, dataFolder, failure, isJson);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, host.Stopping);
        try
        {
            await Task.Delay(Timeout.Infinite, end.Token);
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            // Ctrl-C is how a server ends; what follows is its orderly end.
        }

        await terminal.Error.WriteLineAsync("gyre: finishing running requests…");
        await host.StopAsync(CancellationToken.None);
        return ExitCode.Success;
    }

    private string? DefaultModelOf(ParseResult parse, string dataFolder)
    {
        using var models = new CliModels(dataFolder);
        return parse.GetValue(_model) is { } model ? models.Resolve(model).Path : CliModels.DefaultPath;
    }

    private EngineSettings SettingsOf(ParseResult parse, string? defaultModel)
    {
        var format = CacheFormat.Read(parse, _cache);
        if (parse.GetValue(_streams) is { } streams and (< 1 or > 1024))
        {
            throw new CliException("CLI0002", $"--streams is {streams}; expected 1 to 1,024.");
        }

        return new EngineSettings(
            format, BytesOf(parse, _cacheMemory), parse.GetValue(_streams), parse.GetValue(_draft), defaultModel is null ? null : Path.GetFullPath(defaultModel), WarmsUp: true);
    }

    private static long? BytesOf(ParseResult parse, Option<int?> option) => parse.GetValue(option) switch
    {
        null => null,
        >= 1 and var mebibytes => (long)mebibytes << 20,
        var wrong => throw new CliException("CLI0002", $"{option.Name} is {wrong}; expected 1 MiB or more."),
    };

    private static Dictionary<string, string> AdaptersOf(CliModels models, string[] references)
    {
        var adapters = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var reference in references)
        {
            var (name, path) = models.AdapterOf(reference);
            if (!adapters.TryAdd(name, Path.GetFullPath(path)))
            {
                throw new CliException("CLI0002", $"--adapter names '{name}' twice; expected one folder for each name.");
            }
        }

        return adapters;
    }

    private static void Announce(Terminal terminal, GyreHost host, string dataFolder, string? failure, bool isJson)
    {
        var address = host.Address.ToString().TrimEnd('/');
        if (isJson)
        {
            terminal.WriteJson(new { address, default_model = host.DefaultAlias, data_folder = dataFolder, model_failure = failure });
            terminal.Output.Flush();
            return;
        }

        terminal.Output.WriteLine($"Gyre is up.      {address}  (console and API; Ctrl-C stops)");
        terminal.Output.WriteLine($"Default model    {host.DefaultAlias}{(failure is null ? "" : "  (not loaded: " + failure + ")")}");
        terminal.Output.WriteLine($"Data folder      {dataFolder}");
        terminal.Output.WriteLine();
        terminal.Output.WriteLine("Try it:");
        terminal.Output.WriteLine($"  curl -N {address}/v1/chat/completions -H 'content-type: application/json' -d '{{\"model\":\"{host.DefaultAlias}\",\"stream\":true,\"messages\":[{{\"role\":\"user\",\"content\":\"Hello! What can you do?\"}}]}}'");
        terminal.Output.Flush();
    }
}
