using Gyre.Models.Architectures;

namespace Gyre.Models.Adapters.Training;

/// <summary>Counts what an adapter trains, from its plan alone.</summary>
internal static class AdapterCount
{
    public static AdapterReport Of(AdapterConfiguration configuration, AdapterSettings settings, AdaptedBase model)
    {
        if (configuration.IsSoftPrompt)
        {
            var numbers = SoftPromptShape.Of(configuration, settings, model).Parameters;
            return new AdapterReport(numbers, model.Parameters + numbers, [KeyValuePair.Create("prompt_encoder", numbers)]);
        }

        var plan = AdapterPlan.Of(configuration, model, isNew: false);
        KeyValuePair<string, long>[] modules = [.. plan.Select(module => KeyValuePair.Create(module.Module.Path, Count(configuration, module)))];
        var trained = modules.Sum(module => module.Value);
        var constants = configuration.Kind == AdapterKind.AdaptiveLowRank ? plan.Count(module => module.IsTarget) : 0;
        return new AdapterReport(trained, model.Parameters + trained + constants, modules);
    }

    private static long Count(AdapterConfiguration configuration, PlannedModule planned)
    {
        var module = planned.Module;
        long rows = module.Rows;
        var whole = planned.IsSaved ? module.Kind == AdapterModuleKind.Norm ? rows : rows * module.Columns : 0;
        var bias = planned.BringsBias || (planned.IsSaved && module.HasBias) ? rows : 0;
        if (!planned.IsTarget)
        {
            return whole + bias;
        }

        if (configuration.Kind == AdapterKind.Scaling)
        {
            return bias + (configuration.FeedForward.Includes(module) ? module.Columns : rows);
        }

        long rank = configuration.RankOf(module.Path);
        return bias + (rank * (rows + module.Columns))
            + (configuration.Kind == AdapterKind.AdaptiveLowRank ? rank : 0) + (configuration.HasMagnitudes ? rows : 0);
    }
}
