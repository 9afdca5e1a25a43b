using System.CommandLine;
using Gyre.Cli.Judging;
using Gyre.Evaluation;
using Gyre.Evaluation.Datasets;
using Gyre.Evaluation.Experiments;
using Gyre.Evaluation.Judges;
using Gyre.Evaluation.Judges.Pairs;
using Gyre.Evaluation.Judges.Trained;
using Gyre.Evaluation.Replies;
using Gyre.Evaluation.Scorers;
using Gyre.Models.Generation;

namespace Gyre.Cli.Verbs;

/// <summary><c>gyre judge</c>: a local model gives verdicts on answers that stand in a file.</summary>
internal sealed class JudgeVerb() : Verb("judge", "Have a local model judge the answers in a file, by criteria or a rubric.")
{
    private const string Output = "output";
    private const string Other = "other";
    private const string People = "people";
    private readonly Argument<string> _data = new("DATA") { Description = "A dataset (.jsonl, .csv, .tsv) with the columns prompt and output, and reference where a judge needs one." };

    private readonly Option<string[]> _criteria = new("--criterion")
    {
        Description = $"What is asked of each answer (repeatable): {string.Join(", ", Criteria.Names)}.", HelpName = "NAME",
    };

    private readonly Option<bool> _rubric = new("--rubric") { Description = "Rate each answer from 1 to 5 (the default without --criterion)." };
    private readonly Option<bool> _reference = new("--reference") { Description = "Show the judge the reference of each row." };
    private readonly Option<string> _output = new("--output") { Description = "The column with the answers.", HelpName = "COLUMN", DefaultValueFactory = _ => Output };
    private readonly Option<string?> _against = new("--against") { Description = "Compare the answers with those of this column, in both orders, instead of judging each alone.", HelpName = "COLUMN" };
    private readonly Option<string> _model = new("--model") { Description = "The judge: an alias, an installed model, a model folder or a .gguf file.", HelpName = "MODEL", DefaultValueFactory = _ => CliModels.Default };
    private readonly Option<string?> _replies = new("--replies") { Description = "A file that keeps the judge's replies; an interrupted run goes on from it.", HelpName = "FILE" };
    private readonly Option<string?> _rows = new("--rows") { Description = "A JSON Lines file for every row's verdicts with their reasons.", HelpName = "FILE" };
    private readonly Option<string?> _people = new("--people") { Description = "The column with people's verdicts (yes or no; 1 to 5; with --against first, second or tie), to tell how far the judge agrees.", HelpName = "COLUMN" };
    private readonly Option<string?> _train = new("--train") { Description = "Train an autorater on people's verdicts (--people) and write it to this file, with what it is worth on answers it was not trained on.", HelpName = "FILE" };
    private readonly Option<string[]> _scorers = new("--scorer") { Description = "A scorer that the autorater looks at beside the judges (repeatable); 'gyre eval --scorers' lists them.", HelpName = "NAME" };
    private readonly Option<int> _words = new("--words") { Description = "Places for the words of answers that the autorater looks at; 0 for none.", HelpName = "N" };
    private readonly Option<int> _reason = new("--max-reason") { Description = "The most characters of a reason; few for models with a short context.", HelpName = "N", DefaultValueFactory = _ => 100 };
    private readonly Option<int> _parallelism = new("--parallelism") { Description = "Rows that are judged at once.", HelpName = "N", DefaultValueFactory = _ => 16 };
    private readonly Option<string?> _folder = NewDataOption();

    protected override IReadOnlyList<string> Examples =>
    [
        "gyre judge answers.jsonl --rubric --rows verdicts.jsonl",
        "gyre judge answers.csv --output answer --criterion conciseness --criterion correctness --reference",
        "gyre judge answers.jsonl --output tuned --against default --people preferred",
        "gyre judge rated.csv --rubric --people stars",
        "gyre judge rated.csv --people stars --train rater.json --scorer rouge-l --scorer length-words",
        "gyre judge answers.jsonl --criterion harmfulness --model my-model.gguf --replies judge.jsonl --json",
    ];

    protected override void Configure(Command command)
    {
        command.Arguments.Add(_data);
        foreach (var option in (Option[])[_criteria, _rubric, _reference, _output, _against, _model, _replies, _rows, _people, _train, _scorers, _words, _reason, _parallelism, _folder])
        {
            command.Options.Add(option);
        }
    }

    protected override async Task<int> RunAsync(ParseResult parse, Terminal terminal, CancellationToken cancellationToken)
    {
        var criteria = (parse.GetValue(_criteria) ?? []).Select(Find).ToArray();
        if (parse.GetValue(_reason) is < 20 or > 2000)
        {
            throw new CliException("CLI0002", $"--max-reason is {parse.GetValue(_reason)}; expected 20 to 2000.");
        }

        var facts = new Dictionary<string, string>(StringComparer.Ordinal) { [Output] = parse.GetValue(_output)! }; // The option has a default.
        if (parse.GetValue(_people) is { } column)
        {
            facts.Add(People, column);
        }

        var against = parse.GetValue(_against);
        if (against is not null)
        {
            facts.Add(Other, against);
            if (criteria.Length > 0 || parse.GetValue(_rubric) || parse.GetValue(_rows) is not null)
            {
                throw new CliException("CLI0002", "--against compares answers; it cannot be had together with --criterion, --rubric or --rows.");
            }
        }

        var train = parse.GetValue(_train);
        if (train is not null && !facts.ContainsKey(People))
        {
            throw new CliException("CLI0002", "--train learns from people's verdicts; name their column with --people.");
        }

        var dataset = DatasetFile.Open(parse.GetValue(_data)!, new DatasetColumns { Facts = facts }); // The parser demands the argument.
        using var models = new CliModels(DataFolder.Resolve(parse.GetValue(_folder)));
        await using var model = await models.LoadAsync(parse.GetValue(_model)!, cancellationToken); // The option has a default.
        using var client = new LanguageModelChatClient(model);
        using var replies = parse.GetValue(_replies) is { } path ? ReplyCache.Open(path) : null;
        using var kept = replies is null ? null : new KeptChatClient(client, replies, model.Digest, TimeProvider.System);
        var judge = new JudgeModel((Microsoft.Extensions.AI.IChatClient?)kept ?? client, new JudgeOptions { MaxReasonLength = parse.GetValue(_reason) });
        var usesReference = parse.GetValue(_reference);
        if (train is not null)
        {
            // Without a scorer to look at, the judge is asked: its level is what most autoraters begin with.
            var named = (parse.GetValue(_scorers) ?? []).Select(FindScorer).ToArray();
            IScorer[] looked = [.. criteria.Select(criterion => new CriterionJudge(judge, criterion, usesReference)), .. parse.GetValue(_rubric) || (named.Length == 0 && criteria.Length == 0) ? [new RubricJudge(judge, Rubric.Quality, usesReference)] : (IScorer[])[], .. named];
            var options = new AutoraterOptions { HashedWords = parse.GetValue(_words), Provenance = $"{Path.GetFileName(parse.GetValue(_data))}, version {dataset.Digest}, column {parse.GetValue(_people)}" };
            var report = against is null
                ? await AutoraterTrainer.OnLevelsAsync(dataset.Read(), Output, People, looked, options, train, cancellationToken)
                : await AutoraterTrainer.OnPairsAsync(dataset.Read(), Output, Other, People, looked, options, train, cancellationToken);
            AutoraterTrainer.Print(parse.GetValue(Json), terminal, report, train);
            return ExitCode.Success;
        }

        if (against is not null)
        {
            var pairs = new PairwiseRun(new PairwisePlan
            {
                Dataset = dataset,
                First = new GivenCandidate(parse.GetValue(_output)!, Output), // The option has a default.
                Second = new GivenCandidate(against, Other),
                Judge = new PairwiseJudge(judge, new PairwiseOptions { UsesReference = usesReference }),
                Control = facts.ContainsKey(People) ? new GivenPreferences(People) : null,
                Parallelism = parse.GetValue(_parallelism),
            });
            JudgeReport.Print(parse.GetValue(Json), terminal, await pairs.RunAsync(cancellationToken: cancellationToken), judge, model.Digest);
            return ExitCode.Success;
        }

        List<IScorer> scorers = [.. criteria.Select(criterion => new CriterionJudge(judge, criterion, usesReference))];
        if (parse.GetValue(_rubric) || scorers.Count == 0)
        {
            scorers.Add(new RubricJudge(judge, Rubric.Quality, usesReference));
        }

        AuditedJudge[] judges = [.. scorers.Select(scorer => new AuditedJudge(scorer, facts.ContainsKey(People) ? People : null))];
        var plan = new ExperimentPlan
        {
            Name = "judge",
            Dataset = dataset,
            Candidates = [new GivenCandidate("given", Output)],
            Scorers = [.. judges.Select(scorer => new ScorerPlan(scorer))],
            Parallelism = parse.GetValue(_parallelism),
            RowsPath = parse.GetValue(_rows),
        };
        var result = await new ExperimentRun(plan).RunAsync(null, cancellationToken);
        JudgeReport.Print(parse.GetValue(Json), terminal, result, judge, [.. judges.Select(audited => audited.Audit(plan.Comparison, cancellationToken))], model.Digest);
        return ExitCode.Success;
    }

    private static IScorer FindScorer(string name) => ScorerCatalogue.Find(name)
        ?? throw new CliException("CLI0002", $"--scorer is '{name}'; expected a scorer of 'gyre eval --scorers'.");

    private static Criterion Find(string name) => Criteria.Find(name)
        ?? throw new CliException("CLI0002", $"--criterion is '{name}'; expected one of {string.Join(", ", Criteria.Names)}.");
}
