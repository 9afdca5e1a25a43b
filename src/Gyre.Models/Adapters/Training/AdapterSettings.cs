using System.Text.Json.Nodes;
using Gyre.Models.Architectures;

namespace Gyre.Models.Adapters.Training;

/// <summary>What an adapter's configuration says about its training alone.</summary>
internal sealed record AdapterSettings
{
    public float Dropout { get; init; }

    public RankBudget? Budget { get; init; }

    public SoftPromptOptions? Prompt { get; init; }

    /// <summary>Reads them from a configuration that <see cref="AdapterConfigurationReader"/> accepted.</summary>
    /// <remarks>Errors: <see cref="ModelException"/> <c>RUN0420</c>, all faults.</remarks>
    public static AdapterSettings Read(JsonObject json, AdapterKind kind, string place)
    {
        var fields = new ConfigurationFields(json);
        var dropout = fields.Number("lora_dropout", 0);
        if (dropout is not (>= 0 and < 1))
        {
            fields.Fault("lora_dropout", $"{dropout}", "at least 0 and less than 1");
        }

        var budget = kind == AdapterKind.AdaptiveLowRank ? ReadBudget(fields) : null;
        return fields.Faults.Count > 0
            ? throw AdapterErrors.Faulty(fields.Faults, place)
            : new AdapterSettings { Dropout = (float)dropout, Budget = budget };
    }

    private static RankBudget ReadBudget(ConfigurationFields fields)
    {
        var defaults = new RankBudget();
        var budget = new RankBudget
        {
            InitialRank = fields.Integer("init_r", defaults.InitialRank),
            TargetRank = fields.Integer("target_r", defaults.TargetRank),
            Steps = fields.Has("total_step") ? fields.Integer("total_step", 0) : 0,
            Warmup = fields.Integer("tinit", 0),
            Settling = fields.Integer("tfinal", 0),
            Interval = fields.Integer("deltaT", 1),
            ImportanceDecay = fields.Number("beta1", defaults.ImportanceDecay),
            UncertaintyDecay = fields.Number("beta2", defaults.UncertaintyDecay),
            Orthogonality = fields.Number("orth_reg_weight", defaults.Orthogonality),
        };
        Check("target_r", budget.TargetRank, budget.TargetRank >= 1 && budget.TargetRank <= budget.InitialRank, $"1 to init_r ({budget.InitialRank})");
        Check("tinit", budget.Warmup, budget.Warmup >= 0, "at least 0");
        Check("tfinal", budget.Settling, budget.Settling >= 0, "at least 0");
        Check("deltaT", budget.Interval, budget.Interval >= 1, "at least 1");
        Check("beta1", budget.ImportanceDecay, budget.ImportanceDecay is > 0 and < 1, "between 0 and 1");
        Check("beta2", budget.UncertaintyDecay, budget.UncertaintyDecay is > 0 and < 1, "between 0 and 1");
        Check("orth_reg_weight", budget.Orthogonality, budget.Orthogonality > 0, "more than 0");
        Check("total_step", budget.Steps, budget.Steps > (long)budget.Warmup + budget.Settling, "more than tinit + tfinal");
        return budget;

        void Check(string name, double value, bool isRight, string expected)
        {
            if (!isRight)
            {
                fields.Fault(name, $"{value}", expected);
            }
        }
    }
}
