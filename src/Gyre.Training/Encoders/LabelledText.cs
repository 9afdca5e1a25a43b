namespace Gyre.Training.Encoders;

/// <summary>A text with its label, or words with one label each.</summary>
/// <param name="Words">One text, or words.</param>
/// <param name="Labels">A label for each.</param>
/// <param name="Line">Where it begins in its file.</param>
internal sealed record LabelledText(IReadOnlyList<string> Words, IReadOnlyList<string> Labels, long Line);
