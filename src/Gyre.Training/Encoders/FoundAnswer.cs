namespace Gyre.Training.Encoders;

/// <summary>What an answerer says to a question before it is decided whether it says anything.</summary>
/// <param name="Text">Its best answer.</param>
/// <param name="Doubt">How little it trusts it: no answer is given above the threshold.</param>
internal readonly record struct FoundAnswer(string Text, double Doubt);
