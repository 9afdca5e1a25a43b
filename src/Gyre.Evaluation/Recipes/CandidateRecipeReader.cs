using Gyre.Evaluation.Experiments;

namespace Gyre.Evaluation.Recipes;

/// <summary>Reads the candidates of an evaluation recipe.</summary>
internal static class CandidateRecipeReader
{
    private const int MostExamples = 64;
    private const int MostPassages = 64;
    private const double MostPrice = 1e6;

    /// <summary>A list of candidates, or one model with the recipe's own 'generation'.</summary>
    public static List<CandidateRecipe> Read(RecipeMapping root)
    {
        if (!root.Has("candidates"))
        {
            var generation = root.Mapping("generation", optional: true);
            var model = root.Text("model");
            var candidate = Asked(generation, model, model);
            generation.Finish();
            return [candidate];
        }

        if (root.Has("model") || root.Has("generation"))
        {
            root.Fault("candidates", "stands beside 'model' or 'generation'; expected those within each candidate.");
        }

        var candidates = new List<CandidateRecipe>();
        foreach (var item in root.List("candidates"))
        {
            candidates.Add(One(item));
            item.Finish();
        }

        return candidates;
    }

    private static CandidateRecipe One(RecipeMapping item)
    {
        string[] kinds = [.. new[] { "model", "output", "stored" }.Where(item.Has)];
        if (kinds.Length > 1)
        {
            item.Fault(kinds[1], $"stands beside '{kinds[0]}'; expected one of model, output and stored.");
        }

        switch (kinds.FirstOrDefault())
        {
            case "output":
                var fact = item.Text("output");
                return new CandidateRecipe { Name = item.Text("name", NameOr(fact)), Output = fact };
            case "stored":
                var folder = item.Text("stored");
                return new CandidateRecipe { Name = item.Text("name", NameOr(folder)), Stored = folder, StoredCandidate = item.Has("candidate") ? item.Text("candidate") : null };
            default:
                var model = item.Text("model");
                return Asked(item, item.Text("name", NameOr(model)), model);
        }
    }

    private static string NameOr(string text) => text.Length > 0 ? text : "?";

    /// <summary>A candidate that is asked: model, adapter, prompt, parameters, price.</summary>
    public static CandidateRecipe Asked(RecipeMapping item, string name, string model)
    {
        var price = item.Mapping("price", optional: true);
        var steps = Steps(item);
        var template = Template(item, "template", "{prompt}", [.. steps.Select(step => step.Name)]);
        var candidate = new CandidateRecipe
        {
            Name = name,
            Model = model,
            Server = ServerRecipe.Read(item),
            Adapter = item.Has("adapter") ? item.Text("adapter") : null,
            SystemPrompt = item.Text("system", ""),
            Template = template.Source,
            Steps = steps,
            Retrieval = Retrieval(item),
            Examples = (int)item.Number("examples", 0, MostExamples, 0, whole: true),
            ShowsEveryTask = item.Flag("examples_of_every_task"),
            Temperature = item.Number("temperature", 0, 10, 0),
            MaxTokens = (int)item.Number("max_tokens", 1, 1 << 20, 256, whole: true),
            Seed = (long)item.Number("seed", 0, 1L << 53, 0, whole: true),
            PricePerMillion = item.Has("price") ? ((decimal)price.Number("input", 0, MostPrice, null), (decimal)price.Number("output", 0, MostPrice, null)) : null,
        };
        price.Finish();
        if (candidate is { Server: not null, Adapter: not null })
        {
            item.Fault("adapter", "stands beside 'url'; a server's adapters are named by its 'model'.");
        }

        if (candidate.Examples > 0 && template.Steps.Count > 0)
        {
            item.Fault("examples", "stands beside a template that names a step; examples have no steps. Show examples without steps, or leave them out.");
        }

        return candidate;
    }

    private static List<ChatStep> Steps(RecipeMapping item)
    {
        var steps = new List<ChatStep>();
        if (!item.Has("steps"))
        {
            return steps;
        }

        foreach (var step in item.List("steps"))
        {
            var name = step.Text("name");
            if (steps.Any(known => known.Name == name))
            {
                step.Fault("name", $"'{name}' is the name of an earlier step; expected different names.");
            }

            steps.Add(new ChatStep(name, Template(step, "template", null, [.. steps.Select(known => known.Name)])));
            step.Finish();
        }

        return steps;
    }

    private static RetrievalRecipe? Retrieval(RecipeMapping item)
    {
        if (!item.Has("retrieval"))
        {
            return null;
        }

        var retrieval = item.Mapping("retrieval");
        var recipe = new RetrievalRecipe(
            retrieval.Has("passages") ? retrieval.Text("passages") : null,
            (int)retrieval.Number("top", 1, MostPassages, 3, whole: true),
            retrieval.Has("template") ? retrieval.Text("template") : null);
        retrieval.Finish();
        return recipe;
    }

    /// <summary>A template that names only steps before it.</summary>
    private static PromptTemplate Template(RecipeMapping item, string key, string? fallback, IReadOnlyList<string> steps)
    {
        try
        {
            var template = PromptTemplate.Parse(item.Text(key, fallback));
            foreach (var step in template.Steps.Except(steps, StringComparer.Ordinal))
            {
                item.Fault(key, $"'{{step.{step}}}' names no step before it; found {(steps.Count == 0 ? "none" : string.Join(", ", steps))}.");
            }

            return template;
        }
        catch (FormatException error)
        {
            item.Fault(key, error.Message);
            return PromptTemplate.Prompt;
        }
    }
}
