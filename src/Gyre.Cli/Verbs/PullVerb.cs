using System.CommandLine;
using Gyre.Models.Catalog;
using Spectre.Console;

namespace Gyre.Cli.Verbs;

/// <summary><c>gyre pull</c>: fetches a model into the data folder.</summary>
internal sealed class PullVerb() : Verb("pull", "Fetch a model from a hub, a URL or a path; interrupted downloads are resumed, files are checksummed.")
{
    private readonly Argument<string> _reference = new("SOURCE") { Description = "A hub id (org/name or org/name@revision), a URL, or a path." };

    private readonly Option<string?> _name = new("--name") { Description = "The name to install it under.", HelpName = "NAME" };

    private readonly Option<string[]> _files = new("--file") { Description = "Only this weight file of the source (repeatable), for example one GGUF of several.", HelpName = "FILE" };

    private readonly Option<string?> _sha256 = new("--sha256") { Description = "The digest a single file must have.", HelpName = "HEX" };

    private readonly Option<string?> _endpoint = new("--endpoint") { Description = "The hub's address (default: HF_ENDPOINT, or the public hub).", HelpName = "URL" };

    private readonly Option<string?> _data = NewDataOption();

    protected override IReadOnlyList<string> Examples =>
    [
        "gyre pull org/small-model",
        "gyre pull org/small-model-gguf --file small-q8_0.gguf --name small",
        "gyre pull https://example.org/models/tiny.gguf --sha256 1f0a…",
        "gyre pull ./downloads/my-model",
    ];

    protected override void Configure(Command command)
    {
        command.Arguments.Add(_reference);
        foreach (var option in new Option[] { _name, _files, _sha256, _endpoint, _data })
        {
            command.Options.Add(option);
        }
    }

    protected override async Task<int> RunAsync(ParseResult parse, Terminal terminal, CancellationToken cancellationToken)
    {
        var options = HubOptions.FromEnvironment(Environment.GetEnvironmentVariable);
        if (parse.GetValue(_endpoint) is { } endpoint)
        {
            options = options with { Endpoint = HubOptions.ParseEndpoint(endpoint) };
        }

        using var models = new CliModels(DataFolder.Resolve(parse.GetValue(_data)));
        using var downloader = new HubDownloader(options, TimeProvider.System);
        var request = new PullRequest(parse.GetValue(_reference)!) // The parser demands the argument.
        {
            Name = parse.GetValue(_name),
            WeightFiles = parse.GetValue(_files) ?? [],
            ExpectedSha256 = parse.GetValue(_sha256),
        };
        PullResult result;
        try
        {
            result = await PullAsync(downloader, request, models.Catalog.ModelsFolder, terminal, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            await terminal.Error.WriteLineAsync("gyre: what was fetched is kept; the same command goes on from there.");
            throw;
        }

        if (parse.GetValue(Json))
        {
            terminal.WriteJson(result);
            return ExitCode.Success;
        }

        foreach (var file in result.Files)
        {
            var state = file.WasPresent ? "already there" : file.IsVerified ? "checksum verified" : "no published checksum";
            await terminal.Output.WriteLineAsync($"  {file.Name}  {file.LengthBytes / 1048576.0:0.0} MiB  sha256 {file.Sha256[..12]}  ({state})");
        }

        await terminal.Output.WriteLineAsync($"Installed '{result.Name}' in {result.Folder}. Try: gyre generate --model {result.Name} --prompt \"Hello\"");
        return ExitCode.Success;
    }

    private static async Task<PullResult> PullAsync(
        HubDownloader downloader,
        PullRequest request,
        string modelsFolder,
        Terminal terminal,
        CancellationToken cancellationToken)
    {
        if (Console.IsErrorRedirected)
        {
            return await downloader.PullAsync(request, modelsFolder, new NoticeLines(terminal), cancellationToken);
        }

        PullResult? result = null;
        await terminal.RichError.Progress()
            .AutoClear(false)
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new DownloadedColumn(), new TransferSpeedColumn(), new RemainingTimeColumn())
            .StartAsync(async context => result = await downloader.PullAsync(request, modelsFolder, new FileBars(context, terminal), cancellationToken));
        return result!; // StartAsync returns only after the pull did.
    }

    /// <summary>One bar a file.</summary>
    private sealed class FileBars(ProgressContext context, Terminal terminal) : IProgress<PullProgress>
    {
        private readonly Dictionary<string, ProgressTask> _bars = new(StringComparer.Ordinal);

        public void Report(PullProgress value)
        {
            if (value.Notice is { } notice)
            {
                terminal.RichError.WriteLine(notice);
            }

            if (value.FileName.Length == 0)
            {
                return;
            }

            if (!_bars.TryGetValue(value.FileName, out var bar))
            {
                bar = context.AddTask(Markup.Escape(value.FileName));
                _bars.Add(value.FileName, bar);
            }

            bar.IsIndeterminate = value.FileTotalBytes is null;
            bar.MaxValue = Math.Max(value.FileTotalBytes ?? value.FileBytes, 1);
            bar.Value = value.FileBytes;
        }
    }

    /// <summary>Plain lines for a redirected terminal: each file once, and every notice.</summary>
    private sealed class NoticeLines(Terminal terminal) : IProgress<PullProgress>
    {
        private string _file = "";

        public void Report(PullProgress value)
        {
            if (value.Notice is { } notice)
            {
                terminal.Error.WriteLine("gyre: " + notice);
            }

            if (value.FileName != _file)
            {
                _file = value.FileName;
                terminal.Error.WriteLine($"gyre: fetching {_file}" + (value.FileCount > 0 ? $" ({value.FileNumber} of {value.FileCount})" : ""));
            }
        }
    }
}
