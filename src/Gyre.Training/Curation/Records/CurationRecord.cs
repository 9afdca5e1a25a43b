using System.Security.Cryptography;
using System.Text;

namespace Gyre.Training.Curation.Records;

/// <summary>One training record with where it is from. Immutable.</summary>
public sealed record CurationRecord
{
    private static readonly IReadOnlyDictionary<string, string> None = new Dictionary<string, string>(StringComparer.Ordinal);
    private string? _text;
    private string? _hash;

    /// <summary>What it is made of.</summary>
    public required RecordShape Shape { get; init; }

    /// <summary>Its texts in their order; at least one.</summary>
    public required IReadOnlyList<RecordPart> Parts
    {
        get;
        init
        {
            (_text, _hash) = (null, null);
            field = value;
        }
    }

    /// <summary>Where it is from.</summary>
    public required RecordOrigin Origin { get; init; }

    /// <summary>What else the source says of it, by name; default nothing.</summary>
    public IReadOnlyDictionary<string, string> Fields { get; init; } = None;

    /// <summary>What a screen noted without dropping it; default nothing.</summary>
    public IReadOnlyList<string> Flags { get; init; } = [];

    /// <summary>All texts, one below the other.</summary>
    public string Text => _text ??= Parts.Count == 1 ? Parts[0].Text : string.Join('\n', Parts.Select(part => part.Text));

    /// <summary>SHA-256 of the shape, roles and texts: 64 hexadecimal digits. Origin, fields and flags do not count.</summary>
    public string Hash => _hash ??= Digest();

    /// <summary>The text of the first part with a role; empty when there is none.</summary>
    public string TextOf(string role)
    {
        foreach (var part in Parts)
        {
            if (part.Role == role)
            {
                return part.Text;
            }
        }

        return "";
    }

    /// <summary>The value of a field that a recipe names: <c>source</c>, <c>licence</c>, <c>file</c>, or one of <see cref="Fields"/>; empty when there is none.</summary>
    public string FieldOf(string name) => name switch
    {
        "source" => Origin.Source,
        "licence" => Origin.Licence,
        "file" => Origin.File,
        _ => Fields.GetValueOrDefault(name, ""),
    };

    /// <summary>The same record with its texts changed one by one.</summary>
    public CurationRecord With(Func<RecordPart, string> change)
    {
        ArgumentNullException.ThrowIfNull(change);
        RecordPart[]? changed = null;
        for (var i = 0; i < Parts.Count; i++)
        {
            var text = change(Parts[i]);
            if (!ReferenceEquals(text, Parts[i].Text))
            {
                changed ??= [.. Parts];
                changed[i] = new RecordPart(Parts[i].Role, text);
            }
        }

        return changed is null ? this : this with { Parts = changed };
    }

    private string Digest()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Add(Shape.ToString());
        foreach (var part in Parts)
        {
            Add(part.Role);
            Add(part.Text);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());

        // The length stands first, so that two texts never run into one.
        void Add(string text)
        {
            var bytes = Encoding.UTF8.GetBytes(text);
            hash.AppendData(BitConverter.GetBytes(bytes.Length));
            hash.AppendData(bytes);
        }
    }
}
