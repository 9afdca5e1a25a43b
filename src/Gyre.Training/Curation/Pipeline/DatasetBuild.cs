using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Gyre.Training.Curation.Balancing;
using Gyre.Training.Curation.Decontamination;
using Gyre.Training.Curation.Filtering;
using Gyre.Training.Curation.Import;
using Gyre.Training.Curation.Records;
using Gyre.Training.Curation.Words;

namespace Gyre.Training.Curation.Pipeline;

/// <summary>Builds a dataset as a recipe says, record by record.</summary>
/// <remarks>
/// The stages run in one order: import and synthesis, screen (it must see what cleaning removes), clean, filter, decontaminate,
/// deduplicate, balance, split, order. The same recipe over the same files gives the same bytes for any number of threads.
/// <para>Cost: records go through scratch files; in memory are some 100 bytes a record, 60 more with exact and 340 more with near
/// duplicates, and the evaluation items.</para>
/// </remarks>
public sealed class DatasetBuild
{
    private const int BatchRecords = 512;
    private const int ProgressRecords = 4096;
    private const int MostGroups = 100_000;

    private readonly DatasetRecipe _recipe;
    private readonly DatasetBuildServices _services;
    private readonly string _work;
    private readonly CancellationToken _cancel;
    private readonly List<StageReport> _stages = [];
    private readonly List<string> _remarks = [];
    private readonly StageReport _importReport = new("import");
    private readonly SplitPlan? _split;
    private readonly List<UInt128> _keys = [];
    private readonly List<int> _groups = [];
    private readonly List<byte> _splits = [];
    private readonly Dictionary<string, int> _groupNumbers = new(StringComparer.Ordinal);

    private DatasetBuild(DatasetRecipe recipe, string workFolder, DatasetBuildServices services, CancellationToken cancellationToken)
    {
        (_recipe, _work, _services, _cancel) = (recipe, workFolder, services, cancellationToken);
        _split = recipe.Split is { } split ? new SplitPlan(split.Shares, recipe.Seed) : null;
    }

    /// <summary>Builds a dataset.</summary>
    /// <param name="recipe">What to do.</param>
    /// <param name="workFolder">For scratch files, which are gone afterwards, and for what models wrote, which a later run of the recipe goes on with.</param>
    /// <param name="services">What the recipe may need; null for none of it.</param>
    /// <param name="cancellationToken">Ends the build; nothing is left but what models wrote.</param>
    /// <remarks>
    /// Errors: TRN0500 a source cannot be found or read; TRN0501 faulty records, all of them; TRN0502 the recipe needs a registry or model that was not given;
    /// TRN0503 nothing is left; TRN0504 a field has too many groups; TRN0506 balancing leaves nothing; TRN0510 scratch files cannot be written; TRN0520, TRN0521 of synthesis;
    /// those of the registry and of models.
    /// </remarks>
    public static async Task<BuiltDataset> RunAsync(DatasetRecipe recipe, string workFolder, DatasetBuildServices? services = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        ArgumentException.ThrowIfNullOrEmpty(workFolder);
        return await new DatasetBuild(recipe, workFolder, services ?? new DatasetBuildServices(), cancellationToken).RunAsync();
    }

    private async Task<BuiltDataset> RunAsync()
    {
        var spool = new RecordSpool(_work);
        try
        {
            var import = new RecordImport(_services.Versions, _recipe.AllowsUnknownLicence, _recipe.DropsFaulty);
            await FillAsync(spool, import);
            import.Faults.ThrowIfAny();
            _importReport.CountDropped("faulty", import.Faults.Count);
            _importReport.In += import.Faults.Count;
            if (import.Faults.Count > 0)
            {
                _remarks.Add($"{import.Faults.Count} records could not be read, the first of them: {import.Faults.Listed[0]}");
            }

            spool.Flush();
            var dropped = Deduplicate(spool);
            var copies = Resample(spool, dropped);
            var plan = Plan(copies);
            if (plan.Length == 0)
            {
                throw new TrainingException("TRN0503", $"Building the dataset '{_recipe.Name}' failed: no record is left; {string.Join(", ", _stages.Select(stage => $"{stage.Name} kept {stage.Kept} of {stage.In}"))}. Loosen the stage that dropped them: the reasons are {string.Join(", ", _stages.SelectMany(stage => stage.Dropped).OrderByDescending(rule => rule.Count).Take(5).Select(rule => $"{rule.Rule} ({rule.Count})"))}.");
            }

            return new BuiltDataset(spool, plan, _split?.Names ?? [], Report(spool, plan, import));
        }
        catch
        {
            spool.Dispose();
            throw;
        }
    }

    /// <summary>Everything that looks at records one by one.</summary>
    private async Task FillAsync(RecordSpool spool, RecordImport import)
    {
        _stages.Add(_importReport);
        var stages = new RecordStages(_recipe, _stages);
        var models = await ModelFiltersAsync();
        using var evaluation = await EvaluationAsync();
        var contamination = evaluation is null ? null : new StageReport("decontaminate");
        if (contamination is not null)
        {
            _stages.Add(contamination);
            contamination.Facts["items"] = $"{evaluation!.Count}"; // There is a report only with an index.
            contamination.Facts["common-runs"] = $"{evaluation.CommonRuns}";
        }

        var batch = new List<CurationRecord>(BatchRecords);
        await foreach (var record in ReadAsync(import))
        {
            _importReport.In++;
            if (_recipe.Licences.Count > 0 && !_recipe.Licences.Contains(record.Origin.Licence, StringComparer.OrdinalIgnoreCase))
            {
                _importReport.Drop("licence", record.Origin.ToString(), $"its licence is '{record.Origin.Licence}'; allowed are {string.Join(", ", _recipe.Licences)}", record.Text);
                continue;
            }

            _importReport.Kept++;
            batch.Add(record);
            if (batch.Count == BatchRecords)
            {
                await PassAsync();
            }

            if (_importReport.In % ProgressRecords == 0)
            {
                _services.Progress?.Invoke("read", _importReport.In);
            }
        }

        await PassAsync();

        async Task PassAsync()
        {
            _cancel.ThrowIfCancellationRequested();
            IReadOnlyList<CurationRecord> left = stages.Run(batch);
            foreach (var filter in models)
            {
                left = await AskAsync(filter, left, stages.Filters!); // There are model filters only with filters.
            }

            foreach (var record in left)
            {
                if (Decontaminate(record, evaluation, contamination) is { } kept)
                {
                    Keep(kept, spool);
                }
            }

            batch.Clear();
        }
    }

    private async IAsyncEnumerable<CurationRecord> ReadAsync(RecordImport import)
    {
        foreach (var source in _recipe.Sources)
        {
            await foreach (var record in import.ReadAsync(source, _cancel))
            {
                yield return record;
            }
        }

        // A synthesis with faulty seeds would only tell a part of the faults.
        import.Faults.ThrowIfAny();
        foreach (var options in _recipe.Synthesis)
        {
            var stage = new StageReport($"synthesis {options.Name}");
            _stages.Insert(_stages.IndexOf(_importReport), stage);
            await foreach (var record in SynthesisStage.RunAsync(_recipe, options, _services, _work, stage, _remarks, _cancel))
            {
                yield return record;
            }
        }
    }

    private async Task<IReadOnlyList<IModelFilter>> ModelFiltersAsync()
    {
        var filters = new List<IModelFilter>();
        foreach (var filter in _recipe.Filters)
        {
            if (filter.Scorer is { } scorer)
            {
                filters.Add(new ScorerFilter(scorer, filter.Least, filter.Most, filter.DropsUndefined));
            }
            else if (filter.Model.Length > 0)
            {
                var load = _services.Likelihoods ?? throw new TrainingException("TRN0502", $"Building the dataset '{_recipe.Name}' failed: the filter 'perplexity' needs the model '{filter.Model}', and no models were given. Leave the filter out, or run 'gyre datasets build', which has them.");
                filters.Add(new LikelihoodFilter(await load(filter.Model, _cancel), filter.Least, filter.Most));
            }
        }

        return filters;
    }

    private async Task<IReadOnlyList<CurationRecord>> AskAsync(IModelFilter filter, IReadOnlyList<CurationRecord> records, StageReport report)
    {
        var verdicts = records.Count == 0 ? [] : await filter.RejectAsync(records, _cancel);
        var kept = new List<CurationRecord>(records.Count);
        for (var i = 0; i < verdicts.Count; i++)
        {
            if (verdicts[i] is { } rejection)
            {
                report.Kept--; // The rules had let it pass.
                report.Drop(rejection.Rule, records[i].Origin.ToString(), rejection.Reason, records[i].Text);
            }
            else
            {
                kept.Add(records[i]);
            }
        }

        return kept;
    }

    private async Task<EvaluationIndex?> EvaluationAsync()
    {
        if (_recipe.Decontaminate is not { } recipe)
        {
            return null;
        }

        var index = new EvaluationIndex(recipe.Options, _work);
        try
        {
            foreach (var set in recipe.Sets)
            {
                var import = new RecordImport(_services.Versions, allowsUnknownLicence: true, dropsFaulty: false);
                await foreach (var item in import.ReadAsync(set.Source, _cancel))
                {
                    index.Add(new EvaluationItem(set.Source.Name, $"{item.Origin.File}:{item.Origin.Line}", item.Text, string.Join('\n', set.More.Select(item.FieldOf).Where(text => text.Length > 0))));
                }

                import.Faults.ThrowIfAny();
            }

            return index;
        }
        catch
        {
            index.Dispose();
            throw;
        }
    }

    private CurationRecord? Decontaminate(CurationRecord record, EvaluationIndex? index, StageReport? report)
    {
        if (index is null || report is null)
        {
            return record;
        }

        report.In++;
        if (index.Find(record) is not { } hit)
        {
            report.Kept++;
            return record;
        }

        var (rule, reason) = ($"{hit.Item.Set}.{hit.Kind switch { ContaminationKind.Run => "run", ContaminationKind.SameQuestion => "same", _ => "near" }}", $"the item {hit.Item.Id} of '{hit.Item.Set}': {hit.Detail}");
        if (_recipe.Decontaminate!.Drops) // There is an index only with a section.
        {
            report.Drop(rule, record.Origin.ToString(), reason, record.Text);
            return null;
        }

        report.Note(rule, record.Origin.ToString(), reason, record.Text);
        report.Kept++;
        return record with { Flags = [.. record.Flags.Append($"evaluation:{hit.Item.Set}").Distinct(StringComparer.Ordinal)] };
    }

    private void Keep(CurationRecord record, RecordSpool spool)
    {
        spool.Add(record);
        _keys.Add(UInt128.Parse(record.Hash.AsSpan(0, 32), System.Globalization.NumberStyles.AllowHexSpecifier, System.Globalization.CultureInfo.InvariantCulture));
        if (_recipe.Resample is { } resample)
        {
            var name = record.FieldOf(resample.By);
            ref var number = ref CollectionsMarshal.GetValueRefOrAddDefault(_groupNumbers, name, out var isKnown);
            number = isKnown ? number : _groupNumbers.Count - 1;
            _groups.Add(number);
            if (_groupNumbers.Count > MostGroups)
            {
                throw new TrainingException("TRN0504", $"Building the dataset '{_recipe.Name}' failed: the field '{resample.By}' to balance by has more than {MostGroups} different values; expected a field of a few groups. Name another field.");
            }
        }

        if (_split is not null)
        {
            _splits.Add((byte)_split.Of(GroupOf(record)));
        }
    }

    /// <summary>What no split divides.</summary>
    private string GroupOf(CurationRecord record)
    {
        var by = _recipe.Split!.By; // There is a plan only with a section.
        if (by.Count > 0 && by.Any(field => record.FieldOf(field).Length > 0))
        {
            return string.Join('\u001F', by.Select(record.FieldOf));
        }

        var asked = record.Shape switch
        {
            RecordShape.Conversation => record.TextOf("user"),
            RecordShape.Text => "",
            _ => record.TextOf("prompt"),
        };
        return $"{Deduplication.NormalizedHash.Of(asked.Length > 0 ? asked : record.Text):x32}";
    }

    private bool[] Deduplicate(RecordSpool spool)
    {
        if (_recipe.Deduplicate is not { } options)
        {
            return new bool[spool.Count];
        }

        var report = new StageReport("deduplicate");
        _stages.Add(report);
        return new DuplicateStage(options, _recipe.Threads, report).Run(spool, _work, count => _services.Progress?.Invoke("compared", count), _cancel);
    }

    private int[] Resample(RecordSpool spool, bool[] dropped)
    {
        int[] copies = [.. dropped.Select(isDropped => isDropped ? 0 : 1)];
        if (_recipe.Resample is not { } options)
        {
            return copies;
        }

        int[] rows = [.. Enumerable.Range(0, spool.Count).Where(row => copies[row] > 0)];
        var counts = new long[_groupNumbers.Count];
        foreach (var row in rows)
        {
            counts[_groups[row]]++;
        }

        // Groups of which nothing is left are no groups; the others are numbered by name, whatever the order of records.
        var names = _groupNumbers.OrderBy(group => group.Key, StringComparer.Ordinal).Where(group => counts[group.Value] > 0).ToArray();
        var places = new int[_groupNumbers.Count];
        for (var i = 0; i < names.Length; i++)
        {
            places[names[i].Value] = i;
        }

        foreach (var missing in options.Weights.Keys.Concat(options.Epochs.Keys).Where(name => names.All(group => group.Key != name)))
        {
            _remarks.Add($"balancing by '{options.By}' names '{missing}', of which there is no record");
        }

        var targets = Resampling.Targets(options, [.. names.Select(name => (name.Key, counts[name.Value]))]);
        var taken = Resampling.Copies([.. rows.Select(row => places[_groups[row]])], [.. rows.Select(row => (ulong)_keys[row])], targets, _recipe.Seed);
        var report = new StageReport("balance") { In = rows.Length, Kept = targets.Sum() };
        for (var i = 0; i < rows.Length; i++)
        {
            copies[rows[i]] = taken[i];
        }

        for (var i = 0; i < names.Length; i++)
        {
            report.Facts[names[i].Key.Length == 0 ? "(none)" : names[i].Key] = $"{counts[names[i].Value]} → {targets[i]}";
            report.CountDropped($"surplus of {(names[i].Key.Length == 0 ? "(none)" : names[i].Key)}", Math.Max(0, counts[names[i].Value] - targets[i]));
        }

        _stages.Add(report);
        return copies;
    }

    private (int Row, byte Split)[] Plan(int[] copies)
    {
        var plan = new List<(int Row, byte Split, ulong Order)>();
        for (var row = 0; row < copies.Length; row++)
        {
            for (var copy = 0; copy < copies[row]; copy++)
            {
                // The place in a shuffled dataset depends on content and copy, not on what else is there.
                var order = WordHashes.Mix((ulong)_keys[row] ^ WordHashes.Mix(_recipe.Seed + ((ulong)copy << 32)));
                plan.Add((row, _split is null ? (byte)0 : _splits[row], order));
            }
        }

        if (_recipe.Shuffles)
        {
            plan.Sort((one, other) => one.Order.CompareTo(other.Order) is not 0 and var order ? order : one.Row.CompareTo(other.Row));
        }

        return [.. plan.Select(entry => (entry.Row, entry.Split))];
    }

    private DatasetBuildReport Report(RecordSpool spool, (int Row, byte Split)[] plan, RecordImport import)
    {
        var (sources, licences) = (new SortedDictionary<string, long>(StringComparer.Ordinal), new SortedDictionary<string, long>(StringComparer.Ordinal));
        foreach (var (row, _) in plan)
        {
            var origin = spool.Read(row).Origin;
            sources[origin.Source] = sources.GetValueOrDefault(origin.Source) + 1;
            licences[origin.Licence] = licences.GetValueOrDefault(origin.Licence) + 1;
        }

        return new DatasetBuildReport
        {
            Name = _recipe.Name,
            RecipeSha256 = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(_recipe.Source))),
            Seed = _recipe.Seed,
            Files = import.Files,
            Stages = _stages,
            Sources = sources,
            Licences = licences,
            Splits = _split is null ? new SortedDictionary<string, long>() : _split.Names.Select((name, i) => KeyValuePair.Create(name, plan.LongCount(entry => entry.Split == i))).ToDictionary(StringComparer.Ordinal),
            Records = plan.Length,
            Remarks = _remarks,
        };
    }
}
