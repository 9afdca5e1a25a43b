using Gyre.Contracts;
using Gyre.Registry;
using Gyre.Registry.Ratings;
using Gyre.Server.Ratings;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Gyre.Server.Console;

/// <summary>Answers <c>/ratings</c>, <c>/ratings/{name}</c> and <c>/ratings/{name}/rate</c>. Only results that were asked for name candidates.</summary>
internal sealed class RatingPages(RatingStore store)
{
    public async Task<IResult> ListAsync(HttpContext context)
    {
        try
        {
            return new RazorComponentResult<RatingsPage>(new { Campaigns = await store.ListAsync(context.RequestAborted) });
        }
        catch (GyreException error)
        {
            return Failed("The ratings cannot be listed", error, StatusCodes.Status503ServiceUnavailable);
        }
    }

    public async Task<IResult> GetAsync(HttpContext context)
    {
        if (await FindAsync(context) is not { } overview)
        {
            return NoSuch();
        }

        RatingReport? report = null;
        if (context.Request.Query["results"] == "show")
        {
            try
            {
                // Whoever presses the button was told on the page above it what that means.
                report = RatingAnalysis.Of(await store.ReadResultsAsync(overview.Campaign.Name, unblinds: true, context.RequestAborted), null, context.RequestAborted);
            }
            catch (RegistryException error)
            {
                return Failed("The results cannot be shown", error, StatusCodes.Status409Conflict);
            }
        }

        return new RazorComponentResult<RatingPage>(new { Overview = overview, Report = report });
    }

    public async Task<IResult> RateAsync(HttpContext context) =>
        await FindAsync(context) is { } overview ? new RazorComponentResult<RatePage>(new { overview.Campaign }) : NoSuch();

    private Task<RatingOverview?> FindAsync(HttpContext context) => store.FindAsync(context.GetRouteValue("name") as string ?? "", context.RequestAborted);

    private static RazorComponentResult<MessagePage> NoSuch() => new(new
    {
        Title = "No such ratings",
        Text = "There is no rating campaign of this name. 'gyre ratings create' makes one.",
        Links = new[] { ("All ratings", "/ratings") },
        Active = "ratings",
    })
    {
        StatusCode = StatusCodes.Status404NotFound,
    };

    private static RazorComponentResult<MessagePage> Failed(string title, GyreException error, int status) => new(new
    {
        Title = title,
        Text = $"{error.Message} ({error.Code})",
        Links = new[] { ("All ratings", "/ratings") },
        Active = "ratings",
    })
    {
        StatusCode = status,
    };
}
