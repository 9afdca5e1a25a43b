namespace Gyre.Models.Constraints.JsonSchemas;

/// <summary>A limit of a number; an open one does not hold its own value.</summary>
internal readonly record struct NumberLimit(DecimalValue Value, bool IsOpen);
