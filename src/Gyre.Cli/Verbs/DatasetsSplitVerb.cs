using System.CommandLine;
using System.Globalization;
using Gyre.Cli.Datasets;
using Gyre.Registry.Datasets;

namespace Gyre.Cli.Verbs;

/// <summary><c>gyre datasets split</c>: parts of a version become datasets.</summary>
internal sealed class DatasetsSplitVerb() : Verb("split", "Part a version by a seed; rows of one group stay together. Each part becomes the dataset NAME-part.")
{
    private readonly Argument<string> _version = new("NAME[@VERSION]") { Description = "The version to part." };

    private readonly Option<string> _into = new("--into") { Description = "The parts with their shares, which add up to 1.", HelpName = "PART=SHARE,…", Required = true };

    private readonly Option<ulong> _seed = new("--seed") { Description = "Equal seeds part equal rows alike.", HelpName = "N", Required = true };

    private readonly Option<string?> _group = new("--group") { Description = "The column whose rows stay together when they have the same value, so that near-duplicates do not straddle parts.", HelpName = "COLUMN" };

    private readonly Option<bool> _stable = new("--stable") { Description = "A row's part never changes from version to version; the shares hold only on average." };

    private readonly Option<string?> _data = NewDataOption();

    protected override IReadOnlyList<string> Examples =>
    [
        "gyre datasets split questions --into train=0.8,test=0.2 --seed 1",
        "gyre datasets split questions@3 --into train=0.7,dev=0.1,test=0.2 --seed 1 --group family",
        "gyre datasets split questions --into train=0.8,test=0.2 --seed 1 --stable --json",
    ];

    protected override void Configure(Command command)
    {
        command.Arguments.Add(_version);
        foreach (var option in new Option[] { _into, _seed, _group, _stable, _data })
        {
            command.Options.Add(option);
        }
    }

    protected override async Task<int> RunAsync(ParseResult parse, Terminal terminal, CancellationToken cancellationToken)
    {
        var split = new DatasetSplit { Parts = Parts(parse.GetValue(_into)!), Seed = parse.GetValue(_seed), Group = parse.GetValue(_group), IsStable = parse.GetValue(_stable) }; // The parser demands the option.
        using var datasets = CliDatasets.Open(DataFolder.Resolve(parse.GetValue(_data)));
        var parts = await datasets.Store.SplitAsync(DatasetReference.Parse(parse.GetValue(_version)!), split, CliDatasets.By, cancellationToken);
        DatasetText.WriteAdded(terminal, parts, parse.GetValue(Json));
        return ExitCode.Success;
    }

    private static List<KeyValuePair<string, double>> Parts(string into)
    {
        var parts = new List<KeyValuePair<string, double>>();
        foreach (var text in into.Split(','))
        {
            var at = text.IndexOf('=', StringComparison.Ordinal);
            if (at <= 0 || !double.TryParse(text.AsSpan(at + 1), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var share))
            {
                throw new CliException("CLI0002", $"--into is '{into}'; expected parts with shares such as train=0.8,test=0.2.");
            }

            parts.Add(new(text[..at].Trim(), share));
        }

        return parts;
    }
}
