using System.Globalization;
using System.Reflection;

namespace Gyre.Storage;

/// <summary>The numbered steps that build one room's tables, embedded in that room's assembly as SQL files.</summary>
/// <remarks>
/// Files lie in a folder <c>Migrations</c> of the room and are named <c>0001_what_it_does.sql</c>, from 1 without gaps. A
/// step that has been released is never changed: a later step mends it.
/// </remarks>
public sealed class MigrationSet
{
    /// <summary>Finds the steps of a room.</summary>
    /// <param name="owner">The room's name, for example <c>observability</c>; every room numbers its own steps.</param>
    /// <param name="assembly">The assembly that embeds them.</param>
    /// <remarks>Errors: <see cref="StorageException"/> <c>STO0012</c> when the numbers have gaps or doubles.</remarks>
    public MigrationSet(string owner, Assembly assembly)
    {
        ArgumentException.ThrowIfNullOrEmpty(owner);
        ArgumentNullException.ThrowIfNull(assembly);
        Owner = owner;
        Steps = [.. assembly.GetManifestResourceNames()
            .Where(name => name.Contains(".Migrations.", StringComparison.Ordinal) && name.EndsWith(".sql", StringComparison.Ordinal))
            .Select(name => Read(assembly, name))
            .OrderBy(step => step.Number)];
        Check(owner, Steps);
    }

    internal MigrationSet(string owner, IReadOnlyList<MigrationStep> steps)
    {
        Owner = owner;
        Steps = steps;
        Check(owner, steps);
    }

    /// <summary>The room's name.</summary>
    public string Owner { get; }

    internal IReadOnlyList<MigrationStep> Steps { get; }

    private static MigrationStep Read(Assembly assembly, string resource)
    {
        var name = resource[(resource.IndexOf(".Migrations.", StringComparison.Ordinal) + ".Migrations.".Length)..^".sql".Length];
        using var stream = assembly.GetManifestResourceStream(resource)!; // The name comes from this assembly's own list.
        using var reader = new StreamReader(stream);
        var digits = name.AsSpan(0, Math.Max(0, name.IndexOf('_', StringComparison.Ordinal)));
        return int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? new MigrationStep(number, name, reader.ReadToEnd())
            : throw new StorageException("STO0012", $"Reading migrations failed: '{name}' has no number; expected a name like 0001_what_it_does.sql.");
    }

    private static void Check(string owner, IReadOnlyList<MigrationStep> steps)
    {
        for (var i = 0; i < steps.Count; i++)
        {
            if (steps[i].Number != i + 1)
            {
                throw new StorageException("STO0012", $"Reading migrations failed: step {i + 1} of '{owner}' is numbered {steps[i].Number} ('{steps[i].Name}'); expected 1 to {steps.Count} without gaps or doubles.");
            }
        }
    }
}
