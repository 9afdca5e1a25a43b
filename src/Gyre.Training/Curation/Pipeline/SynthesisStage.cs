using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using Gyre.Training.Curation.Import;
using Gyre.Training.Curation.Records;
using Gyre.Training.Curation.Synthesis;

namespace Gyre.Training.Curation.Pipeline;

/// <summary>A synthesis of a recipe: its seeds, its models, and where it goes on.</summary>
internal static class SynthesisStage
{
    private const int MostSeeds = 20_000;

    public static async IAsyncEnumerable<CurationRecord> RunAsync(
        DatasetRecipe recipe, SynthesisOptions options, DatasetBuildServices services, string work, StageReport stage, List<string> remarks, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var load = services.Chats ?? throw new TrainingException("TRN0502", $"Building the dataset '{recipe.Name}' failed: the synthesis '{options.Name}' needs the model '{options.Model}', and no models were given. Leave it out, or run 'gyre datasets build', which has them.");
        var seeds = new List<CurationRecord>();
        var import = new RecordImport(services.Versions, recipe.AllowsUnknownLicence, recipe.DropsFaulty);
        foreach (var source in recipe.Sources.Where(source => options.Seeds.Contains(source.Name, StringComparer.Ordinal)))
        {
            await foreach (var record in import.ReadAsync(source, cancellationToken))
            {
                if (seeds.Count < MostSeeds)
                {
                    seeds.Add(record);
                }
            }
        }

        import.Faults.ThrowIfAny();
        var model = await load(options.Model, cancellationToken);
        var judge = options.Judge.Length == 0 ? model : await load(options.Judge, cancellationToken);

        // Another recipe, or other seeds, must not go on with what this one wrote.
        var identity = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{options with { Seeds = [] }}|{string.Join(',', seeds.Select(seed => seed.Hash))}")))[..16];
        using var journal = SynthesisJournal.Open(Path.Combine(work, $"synthesis-{options.Name}-{identity}.jsonl"));
        var result = await new SyntheticGenerator(options, model, judge).RunAsync(seeds, journal, count => services.Progress?.Invoke($"written for {options.Name}", count), cancellationToken);
        (stage.In, stage.Kept) = (result.Asked, result.Records.Count);
        foreach (var (rule, count) in result.Rejected)
        {
            stage.CountDropped(rule, count);
        }

        if (!result.IsWhole)
        {
            remarks.Add($"the synthesis '{options.Name}' wrote {result.Records.Count} of {options.Count} records: {result.Reason}");
        }

        foreach (var record in result.Records)
        {
            yield return record;
        }
    }
}
