using Gyre.Contracts;
using Gyre.Evaluation.Judges;
using Gyre.Evaluation.Judges.Pairs;
using Gyre.Evaluation.Judges.Trained;
using Gyre.Evaluation.Metrics;
using Gyre.Evaluation.Metrics.Labels;
using Gyre.Evaluation.Metrics.Likelihoods;
using Gyre.Evaluation.Metrics.Overlap;
using Gyre.Evaluation.Rag;
using Gyre.Evaluation.Scorers;
using Microsoft.Extensions.AI;

namespace Gyre.Evaluation.Recipes;

/// <summary>Makes the scorers that a recipe names, out of the judges and encoders that it names.</summary>
public sealed class ScorerSources
{
    /// <summary>The kind of <see cref="BertScoreScorer"/>, whose encoders are those of tokens.</summary>
    public const string BertScoreKind = "bertscore";

    /// <summary>Scorers that need settings, by the names of recipes.</summary>
    private static readonly Dictionary<string, Func<ScorerSources, ScorerSettings, IScorer>> Kinds = new(StringComparer.Ordinal)
    {
        ["criterion"] = (sources, settings) => sources.Audited(settings, judge => new CriterionJudge(judge, settings.Criterion!, settings.UsesReference)), // The reader demands it.
        ["rubric"] = (sources, settings) => sources.Audited(settings, judge => new RubricJudge(judge, settings.Rubric!, settings.UsesReference)), // As above.
        ["constitution"] = (sources, settings) => sources.Judged(settings, judge => new ConstitutionJudge(judge, settings.Principles)),
        ["pairwise"] = (sources, settings) => sources.Judged(settings, judge => Pairs(new PairwiseJudge(judge, new PairwiseOptions { UsesReference = settings.UsesReference }), settings)),
        ["faithfulness"] = (sources, settings) => sources.Judged(settings, judge => new FaithfulnessScorer(judge)),
        ["context-precision"] = (sources, settings) => sources.Judged(settings, judge => new ContextPrecisionScorer(judge)),
        ["context-recall"] = (sources, settings) => sources.Judged(settings, judge => new ContextRecallScorer(judge)),
        ["context-relevancy"] = (sources, settings) => sources.Judged(settings, judge => new ContextRelevancyScorer(judge)),
        ["answer-relevancy"] = (sources, settings) => sources.Judged(settings, judge => new AnswerRelevancyScorer(judge, sources.EmbedderOf(settings))),
        ["embedding-similarity"] = (sources, settings) => new EmbeddingSimilarityScorer(sources.EmbedderOf(settings), settings.Encoder),
        [BertScoreKind] = (sources, settings) => new BertScoreScorer(Find(sources.TokenVectors, (settings.Encoder!, settings.Layer), "encoder"), settings.Part), // The reader demands it.
        ["perplexity"] = (sources, settings) => new PerplexityScorer(Find(sources.Likelihoods, settings.Model!, "model"), PerplexityOf(settings.Unit)), // As above.
        ["labels"] = (_, settings) => new TextMetricScorer(LabelMetricCatalogue.Find(settings.Measure!, new LabelSet(settings.Labels))!), // The reader demands it and checks the name.
        ["trajectory"] = (_, settings) => new TrajectoryScorer(settings.Measure!, settings.Arguments, settings.Forbidden), // As above.
        ["meteor"] = (_, settings) => new TextMetricScorer(new Meteor(new MeteorOptions { Synonyms = WordNetSynonyms.Open(settings.WordNet!) })), // The reader demands it.
        ["autorater"] = (sources, settings) => sources.Autorater(settings),
        ["consistency"] = (_, settings) => new ConsistencyScorer(MetricCatalogue.Find(settings.By!)!), // The reader demands it and checks the name.
    };

    /// <summary>The judges, by the names of the recipe.</summary>
    public IReadOnlyDictionary<string, JudgeModel> Judges { get; init; } = new Dictionary<string, JudgeModel>();

    /// <summary>The encoders of whole texts, by the references of the recipe.</summary>
    public IReadOnlyDictionary<string, IEmbeddingGenerator<string, Embedding<float>>> Embedders { get; init; } = new Dictionary<string, IEmbeddingGenerator<string, Embedding<float>>>();

    /// <summary>The encoders of tokens, by the references and layers of the recipe.</summary>
    public IReadOnlyDictionary<(string Encoder, int? Layer), ITokenVectorSource> TokenVectors { get; init; } = new Dictionary<(string, int?), ITokenVectorSource>();

    /// <summary>The models that say how likely they find texts, by the references of the recipe.</summary>
    public IReadOnlyDictionary<string, ILikelihoodScorer> Likelihoods { get; init; } = new Dictionary<string, ILikelihoodScorer>();

    /// <summary>The names of scorers that need settings.</summary>
    public static IReadOnlyCollection<string> KindNames => Kinds.Keys;

    /// <summary>The scorer of a metric.</summary>
    /// <exception cref="EvaluationException">EVA0013: the metric names a judge or an encoder that is not here.</exception>
    public IScorer Make(MetricRecipe metric)
    {
        ArgumentNullException.ThrowIfNull(metric);
        var scorer = metric.Settings is { } settings
            ? Kinds[metric.Scorer](this, settings) // The reader gives settings to these only.
            : ScorerCatalogue.Find(metric.Scorer)!; // The reader checked the name.
        return metric.Name is { } name && name != scorer.Name ? new NamedScorer(name, scorer) : scorer;
    }

    private static PairwiseScorer Pairs(IPairJudge judge, ScorerSettings settings) => settings.Against is { } candidate
        ? new PairwiseScorer(judge, candidate, row => OutputFacts.Of(row, candidate))
        : PairwiseScorer.AgainstReference(judge);

    private IScorer Audited(ScorerSettings settings, Func<JudgeModel, IScorer> make) => Judged(settings, judge => new AuditedJudge(make(judge), settings.PeopleFact));

    private IScorer Judged(ScorerSettings settings, Func<JudgeModel, IScorer> make)
    {
        IScorer[] members = [.. settings.Judges.Select(name => make(Find(Judges, name, "judge")))];
        return members.Length == 1 ? members[0] : new Jury($"jury-{members[0].Name}", members, settings.Rule);
    }

    private IEmbeddingGenerator<string, Embedding<float>> EmbedderOf(ScorerSettings settings) => Find(Embedders, settings.Encoder!, "encoder"); // The reader demands it.

    private static IMetric<LikelihoodSample> PerplexityOf(string? unit) => unit switch { "word" => Perplexity.Word, "byte" => Perplexity.Byte, _ => Perplexity.Token };

    /// <summary>Looks at scorers by their names: those of the catalogue, and judges that the metric names.</summary>
    private TrainedAutorater Autorater(ScorerSettings settings)
    {
        var model = AutoraterModel.Load(settings.File!); // The reader demands it.
        IScorer[] judged = [.. settings.Judges.Select(name => Find(Judges, name, "judge")).SelectMany(judge => Criteria.All.Select(IScorer (criterion) => new CriterionJudge(judge, criterion)).Append(new RubricJudge(judge, Rubric.Quality)))];
        return new TrainedAutorater(model, [.. model.Scorers.Select(name => ScorerCatalogue.Find(name) ?? Array.Find(judged, scorer => scorer.Name == name)).OfType<IScorer>()]);
    }

    private static T Find<TKey, T>(IReadOnlyDictionary<TKey, T> sources, TKey name, string kind) => sources.TryGetValue(name, out var found)
        ? found
        : throw new EvaluationException("EVA0013", $"Starting an experiment failed: the {kind} '{name}' is not there; found {(sources.Count == 0 ? "none" : string.Join(", ", sources.Keys))}. Correct the recipe.");
}
