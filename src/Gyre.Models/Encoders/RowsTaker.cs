namespace Gyre.Models.Encoders;

/// <summary>Receives a text's wanted rows, [rows, width].</summary>
internal delegate void RowsTaker(int index, ReadOnlySpan<float> rows);
