using Gyre.Contracts;
using Gyre.Models.Templates;

namespace Gyre.Training.Alignment.Pairs;

/// <summary>A conversation to answer, with what a scorer needs to judge the answer.</summary>
/// <param name="Prompt">The conversation, oldest first, ending before the answer.</param>
/// <param name="Row">The last question as a row with reference and facts.</param>
public sealed record TaskPrompt(IReadOnlyList<ChatTurn> Prompt, DatasetRow Row);
