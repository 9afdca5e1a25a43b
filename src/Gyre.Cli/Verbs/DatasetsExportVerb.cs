using System.CommandLine;
using System.IO.Compression;
using Gyre.Cli.Datasets;
using Gyre.Registry.Datasets;

namespace Gyre.Cli.Verbs;

/// <summary><c>gyre datasets export</c>: a version becomes a file.</summary>
internal sealed class DatasetsExportVerb() : Verb("export", "Write a version's rows as JSON Lines; the unpacked file has the version's SHA-256.")
{
    private readonly Argument<string> _version = new("NAME[@VERSION]") { Description = "The version." };

    private readonly Argument<string> _file = new("FILE") { Description = "The file: .jsonl, or .jsonl.gz; replaced only when all rows are written." };

    private readonly Option<string?> _data = NewDataOption();

    protected override IReadOnlyList<string> Examples => ["gyre datasets export questions@3 questions.jsonl", "gyre datasets export questions@gold questions.jsonl.gz"];

    protected override void Configure(Command command)
    {
        command.Arguments.Add(_version);
        command.Arguments.Add(_file);
        command.Options.Add(_data);
    }

    protected override async Task<int> RunAsync(ParseResult parse, Terminal terminal, CancellationToken cancellationToken)
    {
        var path = Path.GetFullPath(parse.GetValue(_file)!); // The parser demands both arguments.
        var isPacked = path.EndsWith(".jsonl.gz", StringComparison.OrdinalIgnoreCase);
        if (!isPacked && !path.EndsWith(".jsonl", StringComparison.OrdinalIgnoreCase))
        {
            throw new CliException("CLI0002", $"FILE is '{path}'; expected an ending of .jsonl or .jsonl.gz, which commands that read it go by.");
        }

        using var datasets = CliDatasets.Open(DataFolder.Resolve(parse.GetValue(_data)));
        var version = await datasets.Store.GetAsync(DatasetReference.Parse(parse.GetValue(_version)!), cancellationToken);
        var content = await datasets.Store.OpenAsync(version, cancellationToken);
        await WriteAsync(content, path, isPacked, cancellationToken);
        if (parse.GetValue(Json))
        {
            terminal.WriteJson(new { version.Name, version.Number, version.Digest, version.Rows, path });
        }
        else
        {
            await terminal.Output.WriteLineAsync($"{path}: {version.Rows} rows of {version.Reference}, sha256 {version.Digest}{(isPacked ? " unpacked" : "")}");
        }

        return ExitCode.Success;
    }

    /// <summary>Beside the file first: an interrupted or failed export leaves what was there.</summary>
    private static async Task WriteAsync(DatasetContent content, string path, bool isPacked, CancellationToken cancellationToken)
    {
        var unfinished = $"{path}.{Environment.ProcessId}.unfinished";
        try
        {
            await using (var file = new FileStream(unfinished, FileMode.Create, FileAccess.Write, FileShare.None))
            {
                await using var packed = isPacked ? new GZipStream(file, CompressionLevel.Optimal, leaveOpen: true) : null;
                await content.ExportAsync((Stream?)packed ?? file, cancellationToken);
            }

            File.Move(unfinished, path, overwrite: true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            File.Delete(unfinished);
            throw new CliException("CLI0009", $"Exporting failed: '{path}' cannot be written: {error.Message} Check the folder and its free space; what was there is intact.", error);
        }
        catch
        {
            File.Delete(unfinished);
            throw;
        }
    }
}
