using System.Text.RegularExpressions;
using Gyre.Models.Architectures;

namespace Gyre.Models.Adapters.Training;

/// <summary>Which modules of a base an adapter changes, and how.</summary>
internal sealed class AdapterPlan
{
    private readonly AdapterConfiguration _configuration;
    private readonly List<string> _faults = [];
    private readonly List<PlannedModule> _modules = [];

    private AdapterPlan(AdapterConfiguration configuration) => _configuration = configuration;

    /// <summary>Plans the modules of a base.</summary>
    /// <param name="configuration">What is wanted.</param>
    /// <param name="model">The base.</param>
    /// <param name="isNew">Every name must mean something; files of others name modules that only other bases have.</param>
    /// <remarks>Errors: <see cref="ModelException"/> <c>RUN0425</c>, all faults.</remarks>
    public static IReadOnlyList<PlannedModule> Of(AdapterConfiguration configuration, AdaptedBase model, bool isNew)
    {
        var plan = new AdapterPlan(configuration);
        try
        {
            foreach (var module in model.Modules)
            {
                plan.Add(module);
            }
        }
        catch (RegexMatchTimeoutException error)
        {
            plan._faults.Add($"the expression '{AdapterErrors.Short(error.Pattern)}' takes too long over '{AdapterErrors.Short(error.Input)}';");
        }

        plan.Check(model.Modules);
        if (isNew)
        {
            plan.CheckNames();
        }

        return plan._faults.Count == 0 ? plan._modules : throw AdapterErrors.Unusable(plan._faults);
    }

    private void Add(AdapterModule module)
    {
        var isSaved = _configuration.Saved.Any(name => AdapterTargets.IsWithin(module.Path, name));
        var isTarget = module.Kind != AdapterModuleKind.Norm && _configuration.Targets.Includes(module) && !(_configuration.Targets.IsAllLinear && isSaved);
        if (isSaved && isTarget)
        {
            _faults.Add($"module '{module.Path}' is both a target and saved whole;");
        }

        if (isTarget && module.Kind != AdapterModuleKind.Matrix
            && (module.Kind == AdapterModuleKind.Positions || _configuration.Kind != AdapterKind.LowRank || _configuration.HasMagnitudes))
        {
            _faults.Add($"the embedding '{module.Path}' as a target of this method;");
        }

        if (isSaved && module.Kind == AdapterModuleKind.Positions)
        {
            _faults.Add($"the positions '{module.Path}' saved whole;");
        }

        if (isSaved && module.IsTied)
        {
            _faults.Add($"'{module.Path}' saved whole, though it has the embedding's numbers; save the embedding, or adapt it;");
        }

        var bringsBias = module.HasBias && (_configuration.Biases == AdapterBiases.All || (_configuration.Biases == AdapterBiases.Adapted && isTarget));
        if (isTarget || isSaved || bringsBias)
        {
            _modules.Add(new PlannedModule(module, isTarget, isSaved, bringsBias));
        }
    }

    private void Check(IReadOnlyList<AdapterModule> modules)
    {
        if (_configuration.HasUpBias)
        {
            _faults.Add("biases of the second product (lora_bias) are not trained;");
        }

        if (!_modules.Exists(module => module.IsTarget))
        {
            _faults.Add($"its targets match none of the base's modules: {string.Join(", ", modules.Select(module => module.Path.Split('.')[^1]).Distinct(StringComparer.Ordinal))};");
        }

    }

    private void CheckNames()
    {
        foreach (var name in _configuration.Targets.Names.Where(name => !_modules.Exists(module => AdapterTargets.EndsWith(module.Module.Path, name))))
        {
            _faults.Add($"no module that is not left out ends with the target '{AdapterErrors.Short(name)}';");
        }

        foreach (var name in _configuration.Saved.Where(name => !_modules.Exists(module => module.IsSaved && AdapterTargets.IsWithin(module.Module.Path, name))))
        {
            _faults.Add($"no module is named '{AdapterErrors.Short(name)}', which is to be saved whole;");
        }

        foreach (var module in _modules.Where(module => module.IsTarget && _configuration.Kind is AdapterKind.LowRank or AdapterKind.AdaptiveLowRank))
        {
            if (_configuration.RankOf(module.Module.Path) > Math.Min(module.Module.Rows, module.Module.Columns))
            {
                _faults.Add($"rank {_configuration.RankOf(module.Module.Path)} of '{module.Module.Path}', a module of {module.Module.Rows} × {module.Module.Columns};");
            }
        }
    }
}
