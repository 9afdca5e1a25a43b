using Gyre.Tensors.Quantization;

namespace Gyre.Cli;

/// <summary>How a server's engines use memory and batches.</summary>
/// <param name="CacheFormat">How keys and values are kept.</param>
/// <param name="CacheBytes">The most memory for them, a model; null for the usual share.</param>
/// <param name="MaxActive">Sequences of a model that run together; null for the usual number.</param>
/// <param name="Draft">A model that drafts for <paramref name="DraftFor"/>; null for none.</param>
/// <param name="DraftFor">The path of the model that it drafts for.</param>
/// <param name="WarmsUp">Whether models run once before they answer.</param>
internal sealed record EngineSettings(KeyValueFormat CacheFormat, long? CacheBytes, int? MaxActive, string? Draft, string? DraftFor, bool WarmsUp);
