using Gyre.Training.Curation.Cleaning;
using Gyre.Training.Curation.Filtering;
using Gyre.Training.Curation.Records;
using Gyre.Training.Curation.Screening;

namespace Gyre.Training.Curation.Pipeline;

/// <summary>The stages that look at one record alone: screen, clean, filter by rule. Many records at once, in their order.</summary>
internal sealed class RecordStages
{
    private readonly DatasetRecipe _recipe;
    private readonly HiddenInstructionScreen _screen = new();
    private readonly TextCleaner _cleaner;
    private readonly StageReport? _screenReport;
    private readonly StageReport? _cleanReport;
    private readonly StageReport? _filterReport;
    private readonly ParallelOptions _threads;

    public RecordStages(DatasetRecipe recipe, List<StageReport> stages)
    {
        _recipe = recipe;
        _cleaner = new TextCleaner(recipe.Clean);
        _threads = new ParallelOptions { MaxDegreeOfParallelism = recipe.Threads == 0 ? -1 : recipe.Threads };
        _screenReport = Stage(recipe.Screen is not null, "screen");
        _cleanReport = Stage(recipe.Clean is not null, "clean");
        _filterReport = Stage(recipe.Filters.Count > 0, "filter");

        StageReport? Stage(bool isWanted, string name)
        {
            if (!isWanted)
            {
                return null;
            }

            stages.Add(new StageReport(name));
            return stages[^1];
        }
    }

    /// <summary>The report of the filters, which those by models add to; null without filters.</summary>
    public StageReport? Filters => _filterReport;

    /// <summary>The records that stay, changed where they were cleaned or flagged.</summary>
    public List<CurationRecord> Run(IReadOnlyList<CurationRecord> records)
    {
        var outcomes = new Outcome[records.Count];
        Parallel.For(0, records.Count, _threads, i => outcomes[i] = Look(records[i]));
        var kept = new List<CurationRecord>(records.Count);
        for (var i = 0; i < outcomes.Length; i++)
        {
            if (Count(records[i], outcomes[i]))
            {
                kept.Add(outcomes[i].Record);
            }
        }

        return kept;
    }

    private Outcome Look(CurationRecord record)
    {
        var outcome = new Outcome { Record = record };
        if (_recipe.Screen is { } screen)
        {
            outcome.Findings = [.. record.Parts.Where(part => screen.Roles.Count == 0 || screen.Roles.Contains(part.Role, StringComparer.Ordinal)).SelectMany(part => _screen.Find(part.Text).Where(finding => !screen.Passed.Contains(finding.Kind, StringComparer.Ordinal)).Select(finding => (part, finding)))];
            if (outcome.Findings.Count > 0)
            {
                if (screen.Drops)
                {
                    return outcome;
                }

                outcome.Record = record = record with { Flags = [.. record.Flags.Concat(outcome.Findings.Select(found => found.Finding.Kind)).Distinct(StringComparer.Ordinal)] };
            }
        }

        if (_recipe.Clean is not null)
        {
            var changes = CleaningChange.None;
            outcome.Record = record = record.With(part =>
            {
                var clean = _cleaner.Clean(part.Text, out var changed);
                changes |= changed;
                return clean;
            });
            outcome.Changes = changes;
            if (record.Parts.Any(part => part.Role != "system" && part.Text.Length == 0))
            {
                outcome.IsEmpty = true;
                return outcome;
            }
        }

        foreach (var filter in _recipe.Filters)
        {
            if (filter.Rule?.Reject(record) is { } rejection)
            {
                outcome.Rejection = rejection;
                break;
            }
        }

        return outcome;
    }

    private bool Count(CurationRecord original, Outcome outcome)
    {
        var origin = original.Origin.ToString();
        if (_screenReport is not null)
        {
            _screenReport.In++;
            foreach (var (part, finding) in outcome.Findings.DistinctBy(found => found.Finding.Kind))
            {
                var reason = $"in '{part.Role}' at {finding.Start}, {finding.Length} long: {finding.Reason}";
                var excerpt = part.Text.Substring(finding.Start, Math.Min(finding.Length, part.Text.Length - finding.Start));
                if (_recipe.Screen!.Drops) // There is a report only with a section.
                {
                    _screenReport.Drop(finding.Kind, origin, reason, excerpt);
                    return false; // One rule a record: the counts add up.
                }

                _screenReport.Note(finding.Kind, origin, reason, excerpt);
            }

            _screenReport.Kept++;
        }

        if (_cleanReport is not null)
        {
            _cleanReport.In++;
            foreach (var change in Enum.GetValues<CleaningChange>())
            {
                if (change != CleaningChange.None && outcome.Changes.HasFlag(change))
                {
                    _cleanReport.Note(change.ToString().ToLowerInvariant(), origin, "changed", original.Text);
                }
            }

            if (outcome.IsEmpty)
            {
                _cleanReport.Drop("empty", origin, "nothing is left of a part", original.Text);
                return false;
            }

            _cleanReport.Kept++;
        }

        if (_filterReport is not null)
        {
            _filterReport.In++;
            if (outcome.Rejection is { } rejection)
            {
                _filterReport.Drop(rejection.Rule, origin, rejection.Reason, outcome.Record.Text);
                return false;
            }

            _filterReport.Kept++;
        }

        return true;
    }

    private struct Outcome
    {
        public Outcome()
        {
        }

        public required CurationRecord Record { get; set; }

        public IReadOnlyList<(RecordPart Part, ScreenFinding Finding)> Findings { get; set; } = [];

        public CleaningChange Changes { get; set; }

        public bool IsEmpty { get; set; }

        public Rejection? Rejection { get; set; }
    }
}
