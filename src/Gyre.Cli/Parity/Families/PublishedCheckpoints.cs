using Gyre.Models.Catalog;

namespace Gyre.Cli.Parity.Families;

/// <summary>Published results of published checkpoints; looked for in <c>models/checkpoints</c> of the reference data, or where <c>--checkpoints</c> says.</summary>
internal sealed class PublishedCheckpoints : IParityFamily
{
    public string Name => "checkpoints";

    public string Source => "Hugging Face transformers, its integration tests";

    public string Compared => "hidden states of bert-base-uncased, a log-probability of t5-small";

    public bool IsListed => true;

    public IReadOnlyList<string> Needs => ["models/checkpoints"];

    public IEnumerable<ParityRow> Compute(ParityInput input) =>
        ParityReport.FoundIn(input.At(Needs[0])).Where(found => found.Case.Compute is not null).SelectMany(found => found.Case.Compute!(ModelFolder.Open(found.Path), input.Team)); // Filtered just now.
}
