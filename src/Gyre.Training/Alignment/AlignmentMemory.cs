using Gyre.Models;
using Gyre.Models.Adapters.Training;
using Gyre.Training.Alignment.Pairs;
using Gyre.Training.Alignment.Policies;
using Gyre.Training.Bases;
using Gyre.Training.Finetuning;
using Gyre.Training.Loop;

namespace Gyre.Training.Alignment;

/// <summary>What an alignment will take: the model that learns, the values of its longest pass, and the models beside it.</summary>
internal static class AlignmentMemory
{
    private const int Float = sizeof(float);

    /// <summary>Estimates a run.</summary>
    /// <param name="recipe">What to do.</param>
    /// <param name="source">The base.</param>
    /// <param name="data">Its examples, whose lengths count.</param>
    /// <param name="options">The adapter that is trained; null for the whole model.</param>
    /// <remarks>
    /// Given answers need no reference beside the model: their log-probabilities are computed before. Own answers do, unless an
    /// adapter can be switched off. Errors: TRN0301 the reward model cannot be opened; TRN0309 the adapter does not fit.
    /// </remarks>
    public static MemoryEstimate Of(AlignmentRecipe recipe, BaseModel source, AlignmentData data, AdapterOptions? options)
    {
        var all = FinetuneJob.ParametersOf(source);
        var beside = new List<(string, long)>();
        if (recipe.IsOnline && options is null)
        {
            beside.Add(("the reference", all * Float));
        }

        if (recipe.Reward.Model.Length > 0)
        {
            using var reward = BaseModel.Open(recipe.Reward.Model);
            beside.Add(("the reward model", FinetuneJob.ParametersOf(reward) * Float));
        }

        if (recipe.IsOnline || recipe.Loop.Samples.Prompts.Count > 0 || recipe.ReportPrompts > 0)
        {
            // The engine that answers has the weights once more, and keys and values of the answers that it writes together.
            var c = source.Configuration;
            beside.Add(("the engine that answers", (all + (2L * c.Layers * c.KeyValueHeads * c.HeadWidth * AnswerSampler.MostTogether * c.ContextLength)) * Float));
        }

        return MemoryEstimate.Of(source.Configuration, all * Float, TrainedOf(options, source, all), 2, Positions(recipe, source, data), recipe.ActivationCheckpointing) with { Beside = beside };
    }

    private static long TrainedOf(AdapterOptions? options, BaseModel source, long all)
    {
        try
        {
            return options is null ? all : AdapterReport.Of(options, source.Configuration).Trained;
        }
        catch (ModelException error)
        {
            throw new TrainingException("TRN0309", $"Preparing what is trained failed: {error.Message} Check 'adapter'.", error);
        }
    }

    /// <summary>Positions of the longest pass: chosen and rejected answers are rows of one, filled up to the longest.</summary>
    private static long Positions(AlignmentRecipe recipe, BaseModel source, AlignmentData data)
    {
        var answers = data.Pairs.SelectMany(pair => new[] { pair.Chosen, pair.Rejected }).Concat(data.Rated.Select(example => example.Answer)).Concat(data.Rated.Select(example => example.Mismatched).OfType<EncodedAnswer>());
        var longest = recipe.IsOnline
            ? Math.Min(source.Configuration.ContextLength, data.Prompts.Max(prompt => prompt.Ids.Length) + recipe.Policy.MaxTokens)
            : answers.Max(answer => answer.Length);
        return Math.Max(recipe.AnswersTogether * (long)longest, data.Replay.Length == 0 ? 0 : (long)Math.Min(recipe.Rows, recipe.Replay?.Rows ?? 0) * data.Replay.Max(example => example.Length));
    }
}
