using System.Globalization;
using Gyre.Contracts;
using Gyre.Registry;
using Gyre.Registry.Datasets;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Gyre.Server.Console;

/// <summary>Answers <c>/datasets</c> and <c>/datasets/{name}</c>: reads the registry and renders the pages.</summary>
internal sealed class DatasetPages(DatasetStore store)
{
    private const int RowsOnPage = 25;

    public async Task<IResult> ListAsync(HttpContext context)
    {
        try
        {
            return new RazorComponentResult<DatasetsPage>(new { Datasets = await store.ListAsync(context.RequestAborted) });
        }
        catch (GyreException error)
        {
            return Refuse("The datasets cannot be listed", error, StatusCodes.Status503ServiceUnavailable);
        }
    }

    public async Task<IResult> GetAsync(HttpContext context)
    {
        var name = context.GetRouteValue("name") as string ?? "";
        var query = context.Request.Query;
        var version = query["version"].ToString();
        var text = query["text"].ToString();
        var first = long.TryParse(query["first"].ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var asked) ? asked : 0;
        try
        {
            var reference = DatasetReference.Parse(version.Length > 0 ? $"{name}@{version}" : name);
            var lineage = await store.LineageAsync(reference, context.RequestAborted);
            var versions = await store.VersionsAsync(reference.Name, context.RequestAborted);
            var content = await store.OpenAsync(lineage.Version, context.RequestAborted);
            var page = await Task.Run(() => content.Page(first, RowsOnPage, text.Length > 0 ? text : null, context.RequestAborted), context.RequestAborted);
            return new RazorComponentResult<DatasetPage>(new { Lineage = lineage, Versions = versions, Rows = page, First = first, Text = text });
        }
        catch (RegistryException error) when (error.Code != "REG0015")
        {
            return Refuse("No such dataset", error, error.Code is "REG0004" or "REG0005" ? StatusCodes.Status404NotFound : StatusCodes.Status400BadRequest);
        }
        catch (GyreException error)
        {
            return Refuse("The dataset cannot be read", error, StatusCodes.Status503ServiceUnavailable);
        }
    }

    private static RazorComponentResult<MessagePage> Refuse(string title, GyreException error, int status) =>
        new(new { Title = title, Text = $"{error.Message} ({error.Code})", Links = new[] { ("All datasets", "/datasets") }, Active = "datasets" }) { StatusCode = status };
}
