using System.CommandLine;
using Gyre.Cli.Datasets;
using Gyre.Registry.Datasets;

namespace Gyre.Cli.Verbs;

/// <summary><c>gyre datasets deprecate</c>: a version that should not be used any more.</summary>
internal sealed class DatasetsDeprecateVerb() : Verb("deprecate", "Say that a version should not be used any more, and why; it stays, and 'latest' passes it by.")
{
    private readonly Argument<string> _version = new("NAME@VERSION") { Description = "The version." };

    private readonly Option<string> _reason = new("--reason") { Description = "Why.", HelpName = "TEXT", Required = true };

    private readonly Option<string?> _data = NewDataOption();

    protected override IReadOnlyList<string> Examples => ["gyre datasets deprecate questions@2 --reason 'answers of rows 10 to 40 are wrong'"];

    protected override void Configure(Command command)
    {
        command.Arguments.Add(_version);
        command.Options.Add(_reason);
        command.Options.Add(_data);
    }

    protected override async Task<int> RunAsync(ParseResult parse, Terminal terminal, CancellationToken cancellationToken)
    {
        using var datasets = CliDatasets.Open(DataFolder.Resolve(parse.GetValue(_data)));
        var version = await datasets.Store.DeprecateAsync(DatasetReference.Parse(parse.GetValue(_version)!), parse.GetValue(_reason)!, CliDatasets.By, cancellationToken); // The parser demands both.
        if (parse.GetValue(Json))
        {
            terminal.WriteJson(new { version = DatasetText.ToJson(version) });
        }
        else
        {
            await terminal.Output.WriteLineAsync($"{version.Reference} is deprecated.");
        }

        return ExitCode.Success;
    }
}
