using System.Security.Cryptography;
using System.Text;

namespace Gyre.Evaluation.Reports.Html;

/// <summary>The style and the script of the page, from embedded files, with the policy that allows only them.</summary>
internal static class PageAssets
{
    /// <summary>The style of what stands in the page, without the page's own.</summary>
    public static string Parts { get; } = Read("report-parts.css");

    public static string Style { get; } = Read("report.css") + "\n" + Parts;

    public static string Script { get; } = Read("report.js");

    /// <summary>What the page may do: its own style and script, and nothing from anywhere else.</summary>
    /// <remarks>Source: W3C Content Security Policy Level 3, hash sources; the hash is of the text between the tags.</remarks>
    public static string Policy { get; } = $"default-src 'none'; style-src '{Hash(Style)}'; script-src '{Hash(Script)}'; base-uri 'none'; form-action 'none'";

    private static string Hash(string text) => "sha256-" + Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    private static string Read(string name)
    {
        using var stream = typeof(PageAssets).Assembly.GetManifestResourceStream("Gyre.Evaluation.Reports.Assets." + name)
            ?? throw new InvalidOperationException($"The build lacks the embedded file '{name}'.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }
}
