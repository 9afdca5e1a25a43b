namespace Gyre.Training.Encoders;

/// <summary>An answer in its passage.</summary>
/// <param name="Start">Where it begins, in UTF-16 units.</param>
/// <param name="Text">Its text.</param>
internal readonly record struct QuestionAnswer(int Start, string Text)
{
    public int End => Start + Text.Length;
}
