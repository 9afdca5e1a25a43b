using System.Text.Json.Serialization;

namespace Gyre.Registry.Datasets;

/// <summary>What of a version is kept as JSON in its table row.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, UseStringEnumConverter = true)]
[JsonSerializable(typeof(DatasetSource))]
[JsonSerializable(typeof(IReadOnlyList<DatasetColumn>))]
[JsonSerializable(typeof(IReadOnlyList<string>))]
internal sealed partial class RegistryJson : JsonSerializerContext;
