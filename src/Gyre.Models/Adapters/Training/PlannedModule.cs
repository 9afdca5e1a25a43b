namespace Gyre.Models.Adapters.Training;

/// <summary>What an adapter does with a module.</summary>
/// <param name="Module">The module.</param>
/// <param name="IsTarget">It is changed in the adapter's way.</param>
/// <param name="IsSaved">It is trained whole.</param>
/// <param name="BringsBias">Its bias is trained.</param>
internal sealed record PlannedModule(AdapterModule Module, bool IsTarget, bool IsSaved, bool BringsBias);
