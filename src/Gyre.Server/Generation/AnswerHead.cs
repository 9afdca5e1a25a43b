namespace Gyre.Server.Generation;

/// <summary>What every chunk of one answer repeats.</summary>
/// <param name="Id">The answer's id.</param>
/// <param name="Created">Seconds since 1970-01-01T00:00:00Z.</param>
/// <param name="Model">The alias that answers.</param>
/// <param name="Fingerprint">Names the weights that answer.</param>
internal sealed record AnswerHead(string Id, long Created, string Model, string Fingerprint);
