namespace Gyre.Models.Architectures.Engine;

/// <summary>What a plan is made for.</summary>
/// <param name="MaxRows">The most rows of one run.</param>
/// <param name="Members">Members of the team that runs it.</param>
internal readonly record struct PlanLimits(int MaxRows, int Members);
