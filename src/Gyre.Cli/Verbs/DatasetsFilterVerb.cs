using System.CommandLine;
using Gyre.Cli.Datasets;
using Gyre.Registry.Datasets;

namespace Gyre.Cli.Verbs;

/// <summary><c>gyre datasets filter</c>: the rows with some values.</summary>
internal sealed class DatasetsFilterVerb() : Verb("filter", "Keep the rows of a version that have a value in a column, as a version of another dataset.")
{
    private readonly Argument<string> _version = new("NAME[@VERSION]") { Description = "The version to take from." };

    private readonly Option<string> _column = new("--column") { Description = "The column; a fact may be named without 'facts.'.", HelpName = "COLUMN", Required = true };

    private readonly Option<string[]> _is = new("--is") { Description = "A value that is kept; repeatable.", HelpName = "TEXT", Required = true };

    private readonly Option<string> _name = new("--name") { Description = "The dataset that the rows become a version of.", HelpName = "NAME", Required = true };

    private readonly Option<string?> _data = NewDataOption();

    protected override IReadOnlyList<string> Examples => ["gyre datasets filter questions --column task --is answer --is describe --name questions-open"];

    protected override void Configure(Command command)
    {
        command.Arguments.Add(_version);
        foreach (var option in new Option[] { _column, _is, _name, _data })
        {
            command.Options.Add(option);
        }
    }

    protected override async Task<int> RunAsync(ParseResult parse, Terminal terminal, CancellationToken cancellationToken)
    {
        using var datasets = CliDatasets.Open(DataFolder.Resolve(parse.GetValue(_data)));
        var added = await datasets.Store.FilterAsync(DatasetReference.Parse(parse.GetValue(_version)!), parse.GetValue(_name)!, parse.GetValue(_column)!, parse.GetValue(_is)!, CliDatasets.By, cancellationToken); // The parser demands them.
        DatasetText.WriteAdded(terminal, [added], parse.GetValue(Json));
        return ExitCode.Success;
    }
}
