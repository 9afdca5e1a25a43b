using System.CommandLine;
using Gyre.Cli.Datasets;
using Gyre.Registry.Datasets;
using Gyre.Storage;

namespace Gyre.Cli.Verbs;

/// <summary><c>gyre datasets delete</c>: the end of a version that nothing relies on.</summary>
internal sealed class DatasetsDeleteVerb() : Verb("delete", "Delete a version that no label, dataset or experiment relies on, and free its space.")
{
    private readonly Argument<string> _version = new("NAME@VERSION") { Description = "The version." };

    private readonly Option<string?> _data = NewDataOption();

    protected override IReadOnlyList<string> Examples => ["gyre datasets delete questions@2"];

    protected override void Configure(Command command)
    {
        command.Arguments.Add(_version);
        command.Options.Add(_data);
    }

    protected override async Task<int> RunAsync(ParseResult parse, Terminal terminal, CancellationToken cancellationToken)
    {
        var text = parse.GetValue(_version)!; // The parser demands the argument.
        var reference = DatasetReference.Parse(text);
        if (!text.Contains('@', StringComparison.Ordinal))
        {
            throw new CliException("CLI0002", $"Found '{text}'; expected a version to delete, such as {text}@1.");
        }

        using var datasets = CliDatasets.Open(DataFolder.Resolve(parse.GetValue(_data)));
        var version = await datasets.Store.DeleteAsync(reference, CliDatasets.By, cancellationToken);
        BlobSweep? sweep = null;
        try
        {
            sweep = await datasets.Store.SweepAsync(cancellationToken);
        }
        catch (StorageException busy) when (busy.Code == "STO0023")
        {
            await terminal.Error.WriteLineAsync($"gyre: the space is not free yet: {busy.Message} The next 'gyre datasets delete' frees it.");
        }

        if (parse.GetValue(Json))
        {
            terminal.WriteJson(new { version = DatasetText.ToJson(version), freed_bytes = sweep?.FreedBytes });
        }
        else
        {
            await terminal.Output.WriteLineAsync($"{version.Reference} is deleted{(sweep is null ? "" : $"; {DatasetText.Size(sweep.FreedBytes)} are free")}.");
        }

        return ExitCode.Success;
    }
}
