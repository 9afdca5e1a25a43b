using System.CommandLine;
using System.Threading.Channels;
using Gyre.Cli.Curation;
using Gyre.Cli.Datasets;
using Gyre.Registry.Datasets;
using Gyre.Training.Curation.Import;
using Gyre.Training.Curation.Ingestion;
using Gyre.Training.Curation.Pipeline;

namespace Gyre.Cli.Verbs;

/// <summary><c>gyre datasets ingest</c>: records become versions as they come.</summary>
internal sealed class DatasetsIngestVerb() : Verb("ingest", "Append records to a dataset as they come, each content once: from a folder of JSON Lines, watched or not, or from standard input.")
{
    private const string StandardInput = "-";
    private const int BatchLines = 500;

    private readonly Argument<string> _name = new("NAME") { Description = "The dataset; begun when there is none of this name." };

    private readonly Option<string> _from = new("--from") { Description = "A folder, a file, or - for standard input.", HelpName = "PATH", DefaultValueFactory = _ => StandardInput };

    private readonly Option<bool> _watch = new("--watch") { Description = "Go on looking at the folder until interrupted." };

    private readonly Option<string> _licence = new("--licence") { Description = "The licence of records that do not name their own.", HelpName = "TEXT", DefaultValueFactory = _ => "" };

    private readonly Option<bool> _unknown = new("--allow-unknown-licence") { Description = "Keep records of which nobody said the licence." };

    private readonly Option<string?> _recipe = new("--recipe") { Description = "A dataset recipe whose screen, cleaning and filters by rule every record passes.", HelpName = "FILE" };

    private readonly Option<int> _records = new("--flush-records") { Description = "Make a version when so many records wait.", HelpName = "N", DefaultValueFactory = _ => 10_000 };

    private readonly Option<double> _seconds = new("--flush-seconds") { Description = "Make a version when a record has waited so long.", HelpName = "S", DefaultValueFactory = _ => 60 };

    private readonly Option<string?> _data = NewDataOption();

    protected override IReadOnlyList<string> Examples =>
    [
        "gyre datasets ingest feedback --from incoming/ --watch --licence CC0-1.0",
        "producer | gyre datasets ingest events --licence CC0-1.0 --flush-seconds 10",
        "gyre datasets ingest chats --from export.jsonl --recipe recipes/dataset-shop.yaml --licence CC0-1.0 --json",
    ];

    protected override void Configure(Command command)
    {
        command.Arguments.Add(_name);
        foreach (var option in new Option[] { _from, _watch, _licence, _unknown, _recipe, _records, _seconds, _data })
        {
            command.Options.Add(option);
        }
    }

    protected override async Task<int> RunAsync(ParseResult parse, Terminal terminal, CancellationToken cancellationToken)
    {
        var (name, from, licence) = (parse.GetValue(_name)!, parse.GetValue(_from) ?? StandardInput, parse.GetValue(_licence) ?? ""); // The parser demands the name.
        var (records, seconds) = (parse.GetValue(_records), parse.GetValue(_seconds));
        if (records < 1 || seconds is not (> 0 and <= 86_400) || (parse.GetValue(_watch) && from == StandardInput))
        {
            throw new CliException("CLI0002", $"Found --flush-records {records}, --flush-seconds {seconds}{(from == StandardInput ? " and standard input" : "")}; expected at least 1 record, up to 86,400 seconds, and --watch only with a folder.");
        }

        DatasetReference.Parse(name);
        var dataFolder = DataFolder.Resolve(parse.GetValue(_data));
        using var datasets = CliDatasets.Open(dataFolder);
        var options = new IngestionOptions
        {
            Source = new CurationSource { Name = name, Licence = licence },
            AllowsUnknownLicence = parse.GetValue(_unknown),
            FlushRecords = records,
            FlushAfter = TimeSpan.FromSeconds(seconds),
        };
        var recipe = parse.GetValue(_recipe) is { } path ? DatasetRecipe.Load(path) : null;
        using var ingestion = await StreamIngestion.OpenAsync(
            new RegistryTarget(datasets.Store, name, from == StandardInput ? "standard input" : Path.GetFileName(Path.TrimEndingDirectorySeparator(from)), licence),
            Path.Combine(dataFolder, "ingestion", name), options, TimeProvider.System, recipe, cancellationToken);
        if (ingestion.Counts.Waiting > 0)
        {
            await terminal.Error.WriteLineAsync($"{ingestion.Counts.Waiting:N0} records of an interrupted ingestion go into the next version.");
        }

        try
        {
            await (from == StandardInput ? ReadInputAsync(ingestion, terminal, cancellationToken) : ReadFolderAsync(ingestion, from, parse.GetValue(_watch), terminal, cancellationToken));
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Watching ends by an interrupt; what waits is kept first.
        }

        await SayAsync(terminal, await ingestion.FlushAsync(CancellationToken.None));
        if (parse.GetValue(Json))
        {
            terminal.WriteJson(new { dataset = name, ingestion.Counts, ingestion.Faults });
            return ExitCode.Success;
        }

        var counts = ingestion.Counts;
        await terminal.Output.WriteLineAsync($"{name}: {counts.Read:N0} read, {counts.Kept:N0} new, {counts.Known:N0} known, {counts.Dropped:N0} dropped, {counts.Faulty:N0} faulty, {counts.Versions} versions");
        foreach (var fault in ingestion.Faults)
        {
            await terminal.Error.WriteLineAsync($"faulty: {DatasetText.Line(fault)}");
        }

        return ExitCode.Success;
    }

    private static async Task ReadFolderAsync(StreamIngestion ingestion, string from, bool isWatching, Terminal terminal, CancellationToken cancellationToken)
    {
        var folder = new FolderIngestion(from);
        do
        {
            await folder.PassAsync(ingestion, cancellationToken);
            await SayAsync(terminal, await ingestion.FlushIfDueAsync(cancellationToken));
            if (isWatching)
            {
                await Task.Delay(TimeSpan.FromSeconds(1), cancellationToken);
            }
        }
        while (isWatching);
    }

    /// <summary>Lines are read beside the flushing, so that a record does not wait for the next one.</summary>
    private static async Task ReadInputAsync(StreamIngestion ingestion, Terminal terminal, CancellationToken cancellationToken)
    {
        var lines = Channel.CreateBounded<(long Number, byte[] Json)>(BatchLines * 2);
        var reading = Task.Run(
            async () =>
            {
                try
                {
                    using var input = Console.OpenStandardInput();
                    using var reader = new StreamReader(input, new System.Text.UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: false));
                    var number = 0L;
                    while (await reader.ReadLineAsync(cancellationToken) is { } line)
                    {
                        number++;
                        if (!string.IsNullOrWhiteSpace(line))
                        {
                            await lines.Writer.WriteAsync((number, System.Text.Encoding.UTF8.GetBytes(line)), cancellationToken);
                        }
                    }
                }
                finally
                {
                    lines.Writer.Complete();
                }
            },
            cancellationToken);
        var batch = new List<(string, long, ReadOnlyMemory<byte>)>();
        var more = lines.Reader.WaitToReadAsync(cancellationToken).AsTask();
        for (; ;)
        {
            if (await Task.WhenAny(more, Task.Delay(ingestion.DueIn ?? TimeSpan.FromSeconds(1), cancellationToken)) == more)
            {
                if (!await more)
                {
                    break;
                }

                while (batch.Count < BatchLines && lines.Reader.TryRead(out var line))
                {
                    batch.Add(("-", line.Number, line.Json));
                }

                ingestion.Offer(batch);
                batch.Clear();
                more = lines.Reader.WaitToReadAsync(cancellationToken).AsTask();
            }

            await SayAsync(terminal, await ingestion.FlushIfDueAsync(cancellationToken));
        }

        await reading;
    }

    private static Task SayAsync(Terminal terminal, string? version) => version is null ? Task.CompletedTask : terminal.Error.WriteLineAsync($"made {version}");
}
