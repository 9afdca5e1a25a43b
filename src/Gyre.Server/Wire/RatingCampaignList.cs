using System.ComponentModel;

namespace Gyre.Server.Wire;

/// <summary>Rating campaigns.</summary>
[Description("Rating campaigns.")]
internal sealed record RatingCampaignList
{
    [Description("Always list.")]
    public string Object { get; init; } = "list";

    [Description("The newest first.")]
    public required IReadOnlyList<RatingCampaignView> Data { get; init; }
}
