namespace Gyre.Training.Alignment.Losses;

/// <summary>The losses of some pairs and the gradients of their sum with respect to the model's log-probabilities.</summary>
/// <param name="Losses">One a pair; for the losses that sort, in sorted order.</param>
/// <param name="ChosenGradient">One a pair, in the pairs' order.</param>
/// <param name="RejectedGradient">As the former.</param>
internal sealed record PreferenceOutcome(double[] Losses, double[] ChosenGradient, double[] RejectedGradient);
