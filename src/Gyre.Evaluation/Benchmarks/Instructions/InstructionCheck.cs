using System.Text.Json;

namespace Gyre.Evaluation.Benchmarks.Instructions;

/// <summary>Whether a text follows an instruction with its arguments; null when the arguments are not there.</summary>
internal delegate bool? InstructionCheck(string text, JsonElement arguments);
