using System.CommandLine;

namespace Gyre.Cli.Verbs;

/// <summary><c>gyre datasets</c>: versions of rows with where they are from; alone it lists them.</summary>
internal sealed class DatasetsVerb() : Verb("datasets", "Keep datasets in immutable versions with where they are from; alone, list them.")
{
    private readonly Option<string?> _data = NewDataOption();

    protected override IReadOnlyList<string> Examples =>
    [
        "gyre datasets add questions.csv --name questions --column prompt=question --licence CC-BY-4.0",
        "gyre datasets show questions@latest",
        "gyre datasets split questions --into train=0.8,test=0.2 --seed 1 --group family",
        "gyre datasets diff questions@1 questions@2",
    ];

    protected override IReadOnlyList<Verb> Verbs =>
    [
        new DatasetsAddVerb(), new DatasetsBuildVerb(), new DatasetsIngestVerb(), new DatasetsFeedbackVerb(), new DatasetsListVerb(), new DatasetsShowVerb(), new DatasetsDiffVerb(), new DatasetsSplitVerb(), new DatasetsSampleVerb(), new DatasetsFilterVerb(),
        new DatasetsMergeVerb(), new DatasetsExportVerb(), new DatasetsLabelVerb(), new DatasetsLogVerb(), new DatasetsDeprecateVerb(), new DatasetsDeleteVerb(),
    ];

    protected override void Configure(Command command) => command.Options.Add(_data);

    protected override Task<int> RunAsync(ParseResult parse, Terminal terminal, CancellationToken cancellationToken) =>
        DatasetsListVerb.PrintAsync(DataFolder.Resolve(parse.GetValue(_data)), terminal, parse.GetValue(Json), cancellationToken);
}
