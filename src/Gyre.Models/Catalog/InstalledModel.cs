namespace Gyre.Models.Catalog;

/// <summary>One model of the catalogue, as it is listed.</summary>
/// <param name="Name">The name to call it by.</param>
/// <param name="Path">Its folder or file.</param>
/// <param name="Model">Its parts; null when it cannot be used.</param>
/// <param name="WeightBytes">The bytes of its weight files; 0 when it cannot be used.</param>
/// <param name="Source">Where it was fetched from, when that was recorded.</param>
/// <param name="Fault">Why it cannot be used; null when it can.</param>
public sealed record InstalledModel(string Name, string Path, ModelFolder? Model, long WeightBytes, string? Source, ModelException? Fault);
