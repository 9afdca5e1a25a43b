using System.Globalization;
using System.Text.Json;
using Gyre.Contracts;
using Gyre.Evaluation.Datasets;
using Gyre.Registry.Datasets;
using Gyre.Server.Datasets;
using Gyre.Server.Hosting;
using Gyre.Server.Http;
using Gyre.Server.Wire;
using Microsoft.AspNetCore.Http.Features;

namespace Gyre.Server.Endpoints;

/// <summary><c>/api/datasets</c>: versions of rows, with where they are from.</summary>
internal sealed class DatasetsEndpoint(DatasetStore store, DatasetUploads uploads, GyreHostOptions options)
{
    private const int MostRows = 1000;
    private static readonly string[] Parts = ["id", "prompt", "reference", "task", "subject", "family"];

    public async Task ListAsync(HttpContext context)
    {
        AllowOnly(context.Request.Query);
        var datasets = await store.ListAsync(context.RequestAborted);
        await JsonAnswer.WriteAsync(context, new DatasetList { Data = [.. datasets.Select(DatasetList.DatasetCard.Of)] }, WireJson.Plain.DatasetList);
    }

    public async Task VersionsAsync(HttpContext context)
    {
        AllowOnly(context.Request.Query);
        var versions = await Guarded(() => store.VersionsAsync(Place(context, "name"), context.RequestAborted));
        await JsonAnswer.WriteAsync(context, new DatasetVersionList { Name = versions.Count > 0 ? versions[0].Name : Place(context, "name"), Data = [.. versions.Select(DatasetVersionView.Of)] }, WireJson.Plain.DatasetVersionList);
    }

    public async Task GetAsync(HttpContext context)
    {
        AllowOnly(context.Request.Query);
        var lineage = await Guarded(() => store.LineageAsync(Reference(context), context.RequestAborted));
        await JsonAnswer.WriteAsync(context, DatasetVersionView.Of(lineage), WireJson.Plain.DatasetVersionView);
    }

    public async Task RowsAsync(HttpContext context)
    {
        var query = context.Request.Query;
        AllowOnly(query, "first", "limit", "text");
        var first = Number(query, "first", 0, 0, long.MaxValue);
        var limit = (int)Number(query, "limit", 50, 1, MostRows);
        var text = query["text"].ToString();
        var cancellation = RequestScope.Of(context).Cancellation;
        var content = await Guarded(async () => await store.OpenAsync(await store.GetAsync(Reference(context), cancellation), cancellation));
        var page = await Task.Run(() => content.Page(first, limit, text.Length > 0 ? text : null, cancellation), cancellation);
        await JsonAnswer.WriteAsync(
            context,
            new DatasetRowList
            {
                Data = [.. page.Rows.Select(row => new DatasetRowList.NumberedRow { Number = row.Number, Row = JsonElement.Parse(row.Json.Span) })],
                Total = content.Version.Rows,
                Next = page.Next,
            },
            WireJson.Plain.DatasetRowList);
    }

    public async Task UploadAsync(HttpContext context)
    {
        var query = context.Request.Query;
        AllowOnly(query, [.. Parts, "licence", "note", "file", "by"]);
        var name = Place(context, "name");
        var ending = Ending(context.Request);
        var columns = Columns(query);
        var cancellation = RequestScope.Of(context).Cancellation;
        var path = uploads.NewPath(ending);
        try
        {
            await SaveAsync(context, path, cancellation);
            var file = query["file"].ToString();
            var added = await Guarded(() => DatasetImport.AddFileAsync(
                store,
                path,
                columns,
                new DatasetAddition
                {
                    Name = name,
                    Source = DatasetImport.Unread(file.Length > 0 ? Path.GetFileName(file) : $"upload{ending}"),
                    Licence = query["licence"].ToString(),
                    Note = query["note"].ToString(),
                    By = query["by"].ToString(),
                },
                cancellation));
            await JsonAnswer.WriteAsync(context, new DatasetUpload { IsNew = added.IsNew, Version = DatasetVersionView.Of(added.Version) }, WireJson.Plain.DatasetUpload);
        }
        finally
        {
            File.Delete(path);
        }
    }

    /// <summary>Gives what the rooms refuse its HTTP status.</summary>
    public static async Task<T> Guarded<T>(Func<Task<T>> act)
    {
        try
        {
            return await act();
        }
        catch (GyreException error) when (error.Code is "REG0004" or "REG0005")
        {
            throw new ApiException(StatusCodes.Status404NotFound, ErrorTypes.NotFound, error.Code, $"{error.Message} ({error.Code})", innerException: error);
        }
        catch (GyreException error) when (error.Code is "REG0001" or "REG0002" or "REG0010" or "REG0011" or "REG0012" or "EVA0030")
        {
            throw ApiException.Invalid(error.Code, $"{error.Message} ({error.Code})", innerException: error);
        }
    }

    private async Task SaveAsync(HttpContext context, string path, CancellationToken cancellationToken)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = options.MaxDatasetBytes;
        }

        await using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None);
        try
        {
            await context.Request.Body.CopyToAsync(file, cancellationToken);
        }
        catch (BadHttpRequestException error) when (error.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            throw new ApiException(StatusCodes.Status413PayloadTooLarge, ErrorTypes.InvalidRequest, "SRV0102", $"Reading the request failed: its body has more than {options.MaxDatasetBytes:N0} bytes; expected at most so many. Add the file with 'gyre datasets add', which has no such limit.", innerException: error);
        }
    }

    private static DatasetColumns Columns(IQueryCollection query)
    {
        var usual = new DatasetColumns();
        return new DatasetColumns
        {
            Id = Column("id", usual.Id),
            Prompt = Column("prompt", usual.Prompt),
            Reference = Column("reference", usual.Reference),
            Task = Column("task", usual.Task),
            Subject = Column("subject", usual.Subject),
            Family = Column("family", usual.Family),
            KeepsOthers = true,
        };

        string Column(string part, string otherwise) => query[part].ToString() is { Length: > 0 } given ? given : otherwise;
    }

    /// <summary>No type that a browser sends across sites without asking first.</summary>
    private static string Ending(HttpRequest request) => request.ContentType?.Split(';')[0].Trim().ToLowerInvariant() switch
    {
        "application/x-ndjson" or "application/jsonl" => ".jsonl",
        "text/csv" => ".csv",
        "text/tab-separated-values" => ".tsv",
        _ => throw new ApiException(StatusCodes.Status415UnsupportedMediaType, ErrorTypes.InvalidRequest, "SRV0106", $"Reading the request failed: its content type is '{request.ContentType ?? "(none)"}'; expected application/x-ndjson, text/csv or text/tab-separated-values. Set the Content-Type header."),
    };

    private static DatasetReference Reference(HttpContext context) => DatasetReference.Parse($"{Place(context, "name")}@{Place(context, "version")}");

    private static string Place(HttpContext context, string name) => context.GetRouteValue(name) as string ?? "";

    private static long Number(IQueryCollection query, string name, long otherwise, long least, long most)
    {
        var text = query[name].ToString();
        return text.Length == 0 ? otherwise
            : long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most ? number
            : throw ApiException.Invalid("SRV0114", $"'{name}' is out of its range; expected a whole number from {least} to {(most == long.MaxValue ? "the number of rows" : $"{most}")}.", name);
    }

    private static void AllowOnly(IQueryCollection query, params string[] names)
    {
        if (query.Keys.FirstOrDefault(key => !names.Contains(key, StringComparer.Ordinal)) is { } unknown)
        {
            throw ApiException.Invalid("SRV0110", $"Unknown parameter '{unknown}'; expected {(names.Length == 0 ? "none" : string.Join(", ", names))}.", unknown);
        }
    }
}
