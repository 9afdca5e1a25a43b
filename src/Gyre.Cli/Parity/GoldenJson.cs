using System.Text.Json;

namespace Gyre.Cli.Parity;

/// <summary>Reads goldens from JSON.</summary>
internal static class GoldenJson
{
    public static string Text(this JsonElement element, string name) =>
        element.GetProperty(name).GetString() ?? throw new InvalidOperationException($"Read goldens: '{name}' is null; expected text.");

    public static double Number(this JsonElement element, string name) => element.GetProperty(name).GetDouble();

    public static string[] Texts(this JsonElement list) => [.. list.EnumerateArray().Select(item => item.GetString() ?? "")];

    public static int[] Integers(this JsonElement list) => [.. list.EnumerateArray().Select(item => item.GetInt32())];

    public static IEnumerable<JsonElement> Items(this JsonElement element, string name) => element.GetProperty(name).EnumerateArray();
}
