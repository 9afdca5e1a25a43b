using System.CommandLine;
using Gyre.Cli.Datasets;
using Gyre.Registry.Datasets;

namespace Gyre.Cli.Verbs;

/// <summary><c>gyre datasets merge</c>: versions one after another.</summary>
internal sealed class DatasetsMergeVerb() : Verb("merge", "Put the rows of versions one after another; an id that is in two of them is refused.")
{
    private readonly Argument<string[]> _versions = new("NAME[@VERSION]") { Description = "Two versions or more.", Arity = ArgumentArity.OneOrMore };

    private readonly Option<string> _name = new("--name") { Description = "The dataset that the rows become a version of.", HelpName = "NAME", Required = true };

    private readonly Option<string?> _data = NewDataOption();

    protected override IReadOnlyList<string> Examples => ["gyre datasets merge questions@3 complaints@1 --name support"];

    protected override void Configure(Command command)
    {
        command.Arguments.Add(_versions);
        command.Options.Add(_name);
        command.Options.Add(_data);
    }

    protected override async Task<int> RunAsync(ParseResult parse, Terminal terminal, CancellationToken cancellationToken)
    {
        using var datasets = CliDatasets.Open(DataFolder.Resolve(parse.GetValue(_data)));
        var added = await datasets.Store.MergeAsync([.. parse.GetValue(_versions)!.Select(DatasetReference.Parse)], parse.GetValue(_name)!, CliDatasets.By, cancellationToken); // The parser demands them.
        DatasetText.WriteAdded(terminal, [added], parse.GetValue(Json));
        return ExitCode.Success;
    }
}
