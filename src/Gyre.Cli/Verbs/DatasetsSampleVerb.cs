using System.CommandLine;
using Gyre.Cli.Datasets;
using Gyre.Registry.Datasets;

namespace Gyre.Cli.Verbs;

/// <summary><c>gyre datasets sample</c>: some rows, drawn by a seed.</summary>
internal sealed class DatasetsSampleVerb() : Verb("sample", "Keep so many rows of a version, drawn by a seed, as a version of another dataset.")
{
    private readonly Argument<string> _version = new("NAME[@VERSION]") { Description = "The version to draw from." };

    private readonly Option<long> _count = new("--count") { Description = "How many rows.", HelpName = "N", Required = true };

    private readonly Option<ulong> _seed = new("--seed") { Description = "Equal seeds draw equal rows.", HelpName = "N", Required = true };

    private readonly Option<string> _name = new("--name") { Description = "The dataset that the rows become a version of.", HelpName = "NAME", Required = true };

    private readonly Option<string?> _data = NewDataOption();

    protected override IReadOnlyList<string> Examples => ["gyre datasets sample questions --count 100 --seed 1 --name questions-100"];

    protected override void Configure(Command command)
    {
        command.Arguments.Add(_version);
        foreach (var option in new Option[] { _count, _seed, _name, _data })
        {
            command.Options.Add(option);
        }
    }

    protected override async Task<int> RunAsync(ParseResult parse, Terminal terminal, CancellationToken cancellationToken)
    {
        using var datasets = CliDatasets.Open(DataFolder.Resolve(parse.GetValue(_data)));
        var added = await datasets.Store.SampleAsync(DatasetReference.Parse(parse.GetValue(_version)!), parse.GetValue(_name)!, parse.GetValue(_count), parse.GetValue(_seed), CliDatasets.By, cancellationToken); // The parser demands them.
        DatasetText.WriteAdded(terminal, [added], parse.GetValue(Json));
        return ExitCode.Success;
    }
}
