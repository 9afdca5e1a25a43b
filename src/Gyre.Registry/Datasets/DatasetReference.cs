using System.Globalization;

namespace Gyre.Registry.Datasets;

/// <summary>A version of a dataset as people write it: <c>name</c>, <c>name@3</c>, <c>name@gold</c>, <c>name@latest</c>, <c>name@sha256:ab12…</c>.</summary>
/// <param name="Name">The dataset.</param>
/// <param name="Version">What stands behind the <c>@</c>; <c>latest</c> when nothing does.</param>
public sealed record DatasetReference(string Name, string Version = DatasetReference.Latest)
{
    /// <summary>The newest version that is not deprecated.</summary>
    public const string Latest = "latest";

    internal const string DigestPrefix = "sha256:";
    internal const int LeastDigestDigits = 6;
    private const int MostNameCharacters = 100;
    private const int MostLabelCharacters = 64;

    /// <summary>Reads what a person wrote.</summary>
    /// <exception cref="RegistryException">REG0001: the name is none. REG0002: what follows the <c>@</c> is no number, label or digest.</exception>
    public static DatasetReference Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var at = text.IndexOf('@', StringComparison.Ordinal);
        var name = at < 0 ? text : text[..at];
        var version = at < 0 ? Latest : text[(at + 1)..];
        RequireName(name);
        return IsNumber(version, out _) || IsLabel(version) || IsDigest(version)
            ? new DatasetReference(name, version)
            : throw new RegistryException("REG0002", $"Reading a dataset's version failed: '{Shown(version)}' is neither a number, a label, 'latest' nor 'sha256:' with {LeastDigestDigits} to 64 digits. Write for example {name}@3 or {name}@gold.");
    }

    /// <inheritdoc />
    public override string ToString() => $"{Name}@{Version}";

    internal static bool IsNumber(string version, out long number) =>
        long.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number > 0;

    internal static void RequireName(string name)
    {
        if (!IsWord(name, MostNameCharacters))
        {
            throw new RegistryException("REG0001", $"Naming a dataset failed: '{Shown(name)}' cannot be a name; expected 1 to {MostNameCharacters} letters (a to z), digits, '.', '_' and '-', beginning with a letter or digit. Choose such a name.");
        }
    }

    internal static void RequireLabel(string label)
    {
        if (label == Latest || !IsLabel(label))
        {
            throw new RegistryException("REG0003", $"Labelling a dataset failed: '{Shown(label)}' cannot be a label; expected 1 to {MostLabelCharacters} letters (a to z), digits, '.', '_' and '-', beginning with a letter, and not 'latest', which Gyre moves itself. Choose such a label.");
        }
    }

    private static bool IsDigest(string version) =>
        version.StartsWith(DigestPrefix, StringComparison.Ordinal)
        && version.Length - DigestPrefix.Length is >= LeastDigestDigits and <= 64
        && version.AsSpan(DigestPrefix.Length).IndexOfAnyExcept("0123456789abcdef") < 0;

    private static bool IsLabel(string version) => IsWord(version, MostLabelCharacters) && char.IsAsciiLetter(version[0]);

    private static bool IsWord(string text, int most) =>
        text.Length >= 1 && text.Length <= most && char.IsAsciiLetterOrDigit(text[0]) && text.All(character => char.IsAsciiLetterOrDigit(character) || character is '.' or '_' or '-');

    private static string Shown(string text) =>
        string.Concat(text.Take(MostNameCharacters).Select(character => char.IsControl(character) ? '?' : character)) + (text.Length > MostNameCharacters ? "…" : "");
}
