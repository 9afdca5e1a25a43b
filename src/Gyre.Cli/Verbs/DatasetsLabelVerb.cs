using System.CommandLine;
using Gyre.Cli.Datasets;
using Gyre.Registry.Datasets;

namespace Gyre.Cli.Verbs;

/// <summary><c>gyre datasets label</c>: movable names of versions.</summary>
internal sealed class DatasetsLabelVerb() : Verb("label", "Point a label such as 'gold' to a version; the log keeps where it pointed before.")
{
    private readonly Argument<string> _version = new("NAME[@VERSION]") { Description = "The version; with --remove, the dataset." };

    private readonly Argument<string> _label = new("LABEL") { Description = "The label; 'latest' moves by itself." };

    private readonly Option<bool> _remove = new("--remove") { Description = "Remove the label." };

    private readonly Option<string?> _data = NewDataOption();

    protected override IReadOnlyList<string> Examples => ["gyre datasets label questions@3 gold", "gyre datasets label questions gold --remove"];

    protected override void Configure(Command command)
    {
        command.Arguments.Add(_version);
        command.Arguments.Add(_label);
        command.Options.Add(_remove);
        command.Options.Add(_data);
    }

    protected override async Task<int> RunAsync(ParseResult parse, Terminal terminal, CancellationToken cancellationToken)
    {
        var reference = DatasetReference.Parse(parse.GetValue(_version)!); // The parser demands both arguments.
        var label = parse.GetValue(_label)!;
        using var datasets = CliDatasets.Open(DataFolder.Resolve(parse.GetValue(_data)));
        var version = parse.GetValue(_remove)
            ? await datasets.Store.UnlabelAsync(reference.Name, label, CliDatasets.By, cancellationToken)
            : await datasets.Store.LabelAsync(reference, label, CliDatasets.By, cancellationToken);
        if (parse.GetValue(Json))
        {
            terminal.WriteJson(new { label, version = DatasetText.ToJson(version) });
        }
        else
        {
            await terminal.Output.WriteLineAsync(parse.GetValue(_remove) ? $"{version.Reference} is not '{label}' any more." : $"{version.Reference} is '{label}'.");
        }

        return ExitCode.Success;
    }
}
