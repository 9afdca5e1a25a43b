using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Text;
using Gyre.Evaluation.Reports;
using Gyre.Server.Http;
using Microsoft.Net.Http.Headers;

namespace Gyre.Server.Console;

/// <summary>The console's own style sheet, scripts and icon, carried inside the assembly.</summary>
/// <remarks>A browser keeps them but asks each time whether they changed, so a new version shows at once.</remarks>
internal sealed class ConsoleAssets
{
    private const string ResourcePrefix = "Gyre.Server.Console.Assets.";

    private readonly FrozenDictionary<string, Asset> _assets = Load();

    /// <summary>Answers with a file, or with 404 when there is none of that name.</summary>
    public IResult Serve(string name, HttpContext context)
    {
        if (!_assets.TryGetValue(name, out var asset))
        {
            throw new ApiException(StatusCodes.Status404NotFound, ErrorTypes.NotFound, "SRV0132", "The console has no file of that name.");
        }

        return Results.Bytes(asset.Bytes, asset.ContentType, entityTag: asset.Tag);
    }

    private static FrozenDictionary<string, Asset> Load()
    {
        var assembly = typeof(ConsoleAssets).Assembly;
        var assets = new Dictionary<string, Asset>(StringComparer.Ordinal);
        foreach (var resource in assembly.GetManifestResourceNames().Where(name => name.StartsWith(ResourcePrefix, StringComparison.Ordinal)))
        {
            using var stream = assembly.GetManifestResourceStream(resource)!; // The name comes from the assembly itself.
            var bytes = new byte[stream.Length];
            stream.ReadExactly(bytes);
            Add(assets, resource[ResourcePrefix.Length..], bytes);
        }

        // Pages of experiments show the parts of their reports, which bring their style.
        Add(assets, "report.css", Encoding.UTF8.GetBytes(ReportMarkup.Style));
        return assets.ToFrozenDictionary(StringComparer.Ordinal);
    }

    private static void Add(Dictionary<string, Asset> assets, string name, byte[] bytes) =>
        assets[name] = new Asset(bytes, ContentTypeOf(name), new EntityTagHeaderValue($"\"{Convert.ToHexStringLower(SHA256.HashData(bytes))[..16]}\""));

    private static string ContentTypeOf(string name) => Path.GetExtension(name) switch
    {
        ".css" => "text/css; charset=utf-8",
        ".js" => "text/javascript; charset=utf-8",
        ".svg" => "image/svg+xml",
        var other => throw new InvalidOperationException($"The console carries '{name}', whose ending '{other}' has no content type here."),
    };

    private sealed record Asset(byte[] Bytes, string ContentType, EntityTagHeaderValue Tag);
}
