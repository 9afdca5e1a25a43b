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
            return new AdapterReport(numbers, model.Parameters + numbers, [KeyValuePair.Create("prompt_encoder", numbers)])
            {
                PositionNumbers = configuration.Kind == AdapterKind.Prefix ? KeysAndValues(model) : 0,
            };
        }

        var plan = AdapterPlan.Of(configuration, model, isNew: false);
        KeyValuePair<string, long>[] modules = [.. plan.Select(module => KeyValuePair.Create(module.Module.Path, Count(configuration, module)))];
        var trained = modules.Sum(module => module.Value);
        var constants = configuration.Kind == AdapterKind.AdaptiveLowRank ? plan.Count(module => module.IsTarget) : 0;
        return new AdapterReport(trained, model.Parameters + trained + constants, modules)
        {
            PositionNumbers = plan.Where(module => module.IsTarget).Sum(module => Kept(configuration, settings, module.Module)),
        };
    }

    /// <summary>Keys and values of every layer are joined with the virtual ones, and gathered in their places.</summary>
    private static long KeysAndValues(AdaptedBase model) =>
        model.Decoder is { } decoder ? 4L * decoder.Layers * decoder.KeyValueHeads * decoder.HeadWidth : 0;

    /// <summary>What a module's change keeps for a position.</summary>
    private static long Kept(AdapterConfiguration configuration, AdapterSettings settings, AdapterModule module)
    {
        if (configuration.Kind == AdapterKind.Scaling)
        {
            return configuration.FeedForward.Includes(module) ? module.Columns : module.Rows;
        }

        // A·x, times factors and scale; of DoRA the product before its lengths and behind them, with dropout twice.
        var (rank, drops) = (configuration.RankOf(module.Path), settings.Dropout > 0);
        return (3L * rank) + (drops ? module.Columns : 0) + (configuration.HasMagnitudes ? (drops ? 4L : 2L) * module.Rows : 0);
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
