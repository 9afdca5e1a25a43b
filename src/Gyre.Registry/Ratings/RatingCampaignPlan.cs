namespace Gyre.Registry.Ratings;

/// <summary>A campaign that shall be made.</summary>
public sealed record RatingCampaignPlan
{
    /// <summary>The most items of a campaign.</summary>
    public const int MostItems = 20_000;

    private const int MostNameLength = 64;
    private const int MostCandidateLength = 128;
    private const int MostTextLength = 1 << 20;
    private const int MostFaults = 20;

    /// <summary>Its name: letters, digits, '.', '_' and '-'. Raters see it.</summary>
    public required string Name { get; init; }

    /// <summary>What raters are asked.</summary>
    public required RatingRubric Rubric { get; init; }

    /// <summary>What they are asked about.</summary>
    public required IReadOnlyList<RatingItem> Items { get; init; }

    /// <summary>How many raters each item shall have, 1 to 100; default 2.</summary>
    public int RatersWanted { get; init; } = 2;

    /// <summary>The share of a rater's items that come a second time, sides swapped; 0 to 0.5, default 0.1.</summary>
    public double RepeatShare { get; init; } = 0.1;

    /// <summary>Decides each rater's order, sides and repeats.</summary>
    public ulong Seed { get; init; }

    /// <summary>How long an item is kept for a rater who does nothing; a minute to a day, default 30 minutes.</summary>
    public TimeSpan Reservation { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>Where the items come from, for the records; raters never see this.</summary>
    public string Source { get; init; } = "";

    /// <summary>Checks everything, and names all faults.</summary>
    /// <exception cref="RegistryException">REG0080: the campaign cannot be made.</exception>
    internal void Require()
    {
        var faults = new List<string>();
        if (Name.Length is 0 or > MostNameLength || !char.IsAsciiLetterOrDigit(Name[0]) || Name.Any(letter => !char.IsAsciiLetterOrDigit(letter) && letter is not ('.' or '_' or '-')))
        {
            faults.Add($"the name is '{(Name.Length > MostNameLength ? Name[..MostNameLength] + "…" : Name)}'; expected 1 to {MostNameLength} letters, digits, '.', '_' and '-', a letter or digit first");
        }

        if (RatersWanted is < 1 or > 100)
        {
            faults.Add($"the raters wanted of each item are {RatersWanted}; expected 1 to 100");
        }

        if (!(RepeatShare is >= 0 and <= 0.5))
        {
            faults.Add($"the share of repeats is {RepeatShare}; expected 0 to 0.5");
        }

        if (Reservation < TimeSpan.FromMinutes(1) || Reservation > TimeSpan.FromDays(1))
        {
            faults.Add($"the reservation is {Reservation}; expected a minute to a day");
        }

        if (Items.Count is 0 or > MostItems)
        {
            faults.Add($"there are {Items.Count:N0} items; expected 1 to {MostItems:N0}");
        }

        var wanted = Rubric.Form == RatingForm.Single ? 1 : 2;
        var seen = new HashSet<(string, string, string)>();
        foreach (var (place, item) in Items.Index())
        {
            if (faults.Count > MostFaults)
            {
                break;
            }

            if (item.Row.Length is 0 or > 512 || item.Task.Length > 512 || new[] { item.Prompt, item.Reference, item.Context }.Any(text => text.Length > MostTextLength))
            {
                faults.Add($"items[{place}]: a text is longer than {MostTextLength:N0} characters, or the row's id or task is empty or longer than 512");
            }

            if (item.Outputs.Count != wanted)
            {
                faults.Add($"items[{place}]: has {item.Outputs.Count} outputs; expected {wanted} for the form {RubricReader.NameOf(Rubric.Form)}");
                continue;
            }

            if (item.Outputs.Any(output => output.Candidate.Length is 0 or > MostCandidateLength || output.Text.Length > MostTextLength || output.Trace.Length > 256))
            {
                faults.Add($"items[{place}]: an output's candidate has 0 or more than {MostCandidateLength} characters, its text more than {MostTextLength:N0}, or its trace more than 256");
            }

            if (wanted == 2 && item.Outputs[0].Candidate == item.Outputs[1].Candidate)
            {
                faults.Add($"items[{place}]: both outputs are of '{item.Outputs[0].Candidate}'; expected two candidates");
            }

            var pair = item.Outputs.Select(output => output.Candidate).Order(StringComparer.Ordinal).ToArray();
            if (!seen.Add((item.Row, pair[0], pair[^1])))
            {
                faults.Add($"items[{place}]: the row '{item.Row}' with {string.Join(" and ", pair)} is there already");
            }
        }

        if (faults.Count > 0)
        {
            throw new RegistryException(
                "REG0080", $"Making a rating campaign failed: {string.Join("; ", faults.Take(MostFaults))}{(faults.Count > MostFaults ? "; and more" : "")}. Correct that and make it again; nothing was kept.");
        }
    }
}
