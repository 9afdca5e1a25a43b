using Gyre.Models.Generation;
using Gyre.Server.Wire;

namespace Gyre.Server.Generation;

/// <summary>The usage of a whole request: each prompt counts once, every choice's tokens count.</summary>
internal static class UsageSum
{
    public static Usage Of(GenerationCall call, IEnumerable<GenerationUsage?> usages)
    {
        var completion = 0;
        var cached = 0;
        foreach (var usage in usages)
        {
            completion += usage?.CompletionTokens ?? 0;
            cached += usage?.CachedTokens ?? 0;
        }

        return Usage.Create(call.Prompts.Sum(prompt => prompt.Count), completion, cached);
    }
}
